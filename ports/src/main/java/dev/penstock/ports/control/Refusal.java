// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

import java.util.List;

/**
 * The acceptor's answer to a {@link Hello} that it does not take; it closes the link afterwards.
 *
 * @param reason one sentence
 * @param mismatches the terms that differ, if that is the reason
 */
public record Refusal(String reason, List<Mismatch> mismatches) implements ControlMessage {
    /** Copies the list. */
    public Refusal {
        mismatches = List.copyOf(mismatches);
    }
}
