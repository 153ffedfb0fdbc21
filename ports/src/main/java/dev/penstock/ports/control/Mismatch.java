// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

/**
 * One term in which two nodes differ.
 *
 * @param term the term's name
 * @param acceptor what the node that refuses has
 * @param initiator what the node that asked has
 */
public record Mismatch(String term, String acceptor, String initiator) {
    @Override
    public String toString() {
        return term + ": receiver has '" + acceptor + "', sender has '" + initiator + "'";
    }
}
