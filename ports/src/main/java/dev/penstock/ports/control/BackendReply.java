// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

import java.util.List;

/**
 * The answer to a {@link BackendCall}.
 *
 * @param callId the call's number
 * @param hits for each key of the call whether it was there
 */
public record BackendReply(long callId, List<Boolean> hits) implements ControlMessage {
    /** Copies the list. */
    public BackendReply {
        hits = List.copyOf(hits);
    }
}
