// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** What to say about an argument that means nothing here: which one it is, and what was probably meant. */
final class UnknownArgument {
    /** A word that differs in more than this share of its letters was probably not meant. */
    private static final int LETTERS_PER_MISTAKE = 3;

    private UnknownArgument() {}

    static String describe(UnmatchedArgumentException unmatched) {
        CommandLine command = unmatched.getCommandLine();
        // What follows an unknown option is mostly its value.
        String argument = unmatched.getUnmatched().get(0);
        boolean option = argument.startsWith("-");
        String name = option ? argument.replaceFirst("=.*", "") : argument;
        Set<String> known = option
                ? command.getCommandSpec().optionsMap().keySet()
                : command.getSubcommands().keySet();
        String what = option
                ? "unknown option"
                : command.getSubcommands().isEmpty() ? "unexpected argument" : "unknown command";
        return what + " '" + name + "'"
                + nearest(name, known)
                        .map(meant -> "; did you mean " + meant + "?")
                        .orElse("");
    }

    static Optional<String> nearest(String word, Set<String> known) {
        return known.stream()
                .filter(candidate -> distance(word, candidate) <= 1 + candidate.length() / LETTERS_PER_MISTAKE)
                .min(Comparator.comparingInt((String candidate) -> distance(word, candidate))
                        .thenComparing(c -> c));
    }

    /** How many letters must be added, taken away or changed to make one word of the other. */
    static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
