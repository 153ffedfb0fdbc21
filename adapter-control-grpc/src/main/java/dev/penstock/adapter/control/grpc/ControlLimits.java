// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import dev.penstock.ports.control.BackendCall;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a message may hold at most, beside the limits that the records of ports.control have themselves. */
final class ControlLimits {
    /** The longest reason of a Refusal or Goodbye, in characters. */
    static final int MAX_REASON = 4096;
    /** The longest text of a mismatch, in characters. */
    static final int MAX_MISMATCH_TEXT = 512;
    /** The most mismatches of a refusal. */
    static final int MAX_MISMATCHES = 64;

    private ControlLimits() {}

    /**
     * Checks the keys of a call.
     *
     * @throws IllegalArgumentException if one is empty or too long
     */
    static void checkKeys(List<String> keys) {
        for (String key : keys) {
            check(!key.isEmpty(), "one of BackendCall.keys is empty");
            // A char is 1 to 3 bytes of UTF-8, so few keys need to be measured.
            boolean fits = key.length() <= BackendCall.MAX_KEY_BYTES / 3
                    || (key.length() <= BackendCall.MAX_KEY_BYTES
                            && key.getBytes(StandardCharsets.UTF_8).length <= BackendCall.MAX_KEY_BYTES);
            check(fits, "one of BackendCall.keys has more than " + BackendCall.MAX_KEY_BYTES + " bytes");
        }
    }

    /**
     * Checks the length of a list.
     *
     * @throws IllegalArgumentException if it is too long
     */
    static void checkCount(String field, int count, int max) {
        check(count <= max, field + " has " + count + " entries; at most " + max);
    }

    /**
     * Checks a condition.
     *
     * @throws IllegalArgumentException with the message if it does not hold
     */
    static void check(boolean allowed, String otherwise) {
        if (!allowed) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
