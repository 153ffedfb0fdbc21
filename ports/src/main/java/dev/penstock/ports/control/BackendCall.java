// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

import java.util.List;

/**
 * A question to the store at the other side.
 *
 * @param callId the caller's number for it, unique within the session
 * @param operation what to do
 * @param keys the keys, at most {@link #MAX_KEYS}, each of 1 to {@link #MAX_KEY_BYTES} bytes of UTF-8
 */
public record BackendCall(long callId, BackendOperation operation, List<String> keys) implements ControlMessage {
    /** The most keys of one call. */
    public static final int MAX_KEYS = 16_384;
    /** The longest key. */
    public static final int MAX_KEY_BYTES = 4096;

    /** Copies the list and checks its length. */
    public BackendCall {
        keys = List.copyOf(keys);
        if (keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException(keys.size() + " keys in one call; at most " + MAX_KEYS);
        }
    }
}
