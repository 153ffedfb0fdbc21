// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.doctor;

import java.util.Locale;

/**
 * One thing that was looked at.
 *
 * @param topic what it is about, a word or two
 * @param verdict how it is
 * @param text what was found; for what is not well, also the remedy
 */
public record Finding(String topic, Verdict verdict, String text) {
    /** How something is. */
    public enum Verdict {
        /** As it should be. */
        OK,
        /** Something is slower than it could be, or missing and not needed. */
        NOTE,
        /** Something does not work. */
        PROBLEM;

        /** The name in JSON. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Something that is as it should be. */
    public static Finding ok(String topic, String text) {
        return new Finding(topic, Verdict.OK, text);
    }

    /** Something that could be better. */
    public static Finding note(String topic, String text) {
        return new Finding(topic, Verdict.NOTE, text);
    }

    /** Something that does not work. */
    public static Finding problem(String topic, String text) {
        return new Finding(topic, Verdict.PROBLEM, text);
    }
}
