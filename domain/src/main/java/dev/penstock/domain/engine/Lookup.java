// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

/**
 * The answer to a lookup.
 *
 * @param hitTokens how many tokens of the sequence are there, from its start on
 * @param hold keeps them from eviction until it is run, or the lease expires. To run it is to have used them, the start
 *     last, so that it is evicted last; running it twice is harmless
 */
public record Lookup(int hitTokens, Runnable hold) {
    /** Lets go of what the lookup kept. */
    public void release() {
        hold.run();
    }
}
