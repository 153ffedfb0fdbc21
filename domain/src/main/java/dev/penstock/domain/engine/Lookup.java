// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

/**
 * The answer to a lookup.
 *
 * @param hitTokens how many tokens of the sequence are there, from its start on
 * @param hold keeps them from eviction until it is run, or the lease expires; running it twice is harmless
 */
public record Lookup(int hitTokens, Runnable hold) {
    /** Lets go of what the lookup kept. */
    public void release() {
        hold.run();
    }
}
