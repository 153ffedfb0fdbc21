// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

/** Checks on tokens. */
final class Tokens {
    private Tokens() {}

    /**
     * Refuses negative tokens: no tokenizer makes them, and a negative one is most likely a padding mark that must not
     * become part of a key.
     */
    static void requireNoneNegative(int[] tokens, int from, int to) {
        int signs = 0;
        for (int i = from; i < to; i++) {
            signs |= tokens[i];
        }
        if (signs < 0) {
            throw negative(tokens, from);
        }
    }

    private static IllegalArgumentException negative(int[] tokens, int from) {
        int i = from;
        while (tokens[i] >= 0) {
            i++;
        }
        return new IllegalArgumentException("token " + tokens[i] + " at index " + i + " is negative");
    }
}
