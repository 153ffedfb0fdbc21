// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

/**
 * How a pipe works; each side has its own.
 *
 * @param depth flights that are filled or written at a time; 2 or more overlaps copying with writing
 * @param digest whether digests are computed and demanded; both sides must have the same (the session's terms say so)
 * @param minPartBytes the size of the first part of a burst; following ones double up to a page. A page or more switches
 *     the finer cuts off
 * @param maxQueuedObjects objects that wait to be placed; more are answered with back-pressure
 * @param creditWindowPages pages that a receiver grants at a time, at most
 */
public record PipeConfig(int depth, boolean digest, long minPartBytes, int maxQueuedObjects, int creditWindowPages) {
    /** Objects that may wait, unless said otherwise. */
    public static final int DEFAULT_QUEUED_OBJECTS = 65_536;

    /** Checks the numbers. */
    public PipeConfig {
        if (depth < 1 || depth > 512) {
            throw new IllegalArgumentException("depth is 1 to 512, not " + depth);
        }
        if (minPartBytes < 1) {
            throw new IllegalArgumentException("minPartBytes " + minPartBytes);
        }
        if (maxQueuedObjects < 1) {
            throw new IllegalArgumentException("maxQueuedObjects " + maxQueuedObjects);
        }
        if (creditWindowPages < 1) {
            throw new IllegalArgumentException("creditWindowPages " + creditWindowPages);
        }
    }
}
