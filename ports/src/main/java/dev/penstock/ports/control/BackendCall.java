// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

import java.util.List;

/**
 * A question to the store at the other side.
 *
 * @param callId the caller's number for it, unique within the session
 * @param operation what to do
 * @param keys the keys, at most {@link #MAX_KEYS}, each of 1 to {@link #MAX_KEY_BYTES} bytes of UTF-8
 * @param leaseNanos for {@link BackendOperation#LEASE} how long the objects are to be kept, positive; 0 for the others
 */
public record BackendCall(long callId, BackendOperation operation, List<String> keys, long leaseNanos)
        implements ControlMessage {
    /** The most keys of one call. */
    public static final int MAX_KEYS = 16_384;
    /** The longest key. */
    public static final int MAX_KEY_BYTES = 4096;

    /** A call of an operation that takes no time. */
    public BackendCall(long callId, BackendOperation operation, List<String> keys) {
        this(callId, operation, keys, 0);
    }

    /** Copies the list and checks its length, and that a time is given where one is needed. */
    public BackendCall {
        keys = List.copyOf(keys);
        if (keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException(keys.size() + " keys in one call; at most " + MAX_KEYS);
        }
        if (operation == BackendOperation.LEASE ? leaseNanos <= 0 : leaseNanos != 0) {
            throw new IllegalArgumentException(operation + " for " + leaseNanos + " ns");
        }
    }
}
