// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.simulation;

import java.util.Random;

/**
 * What goes wrong in a {@link SimulatedWorld}, and how slow it is. Delays are drawn evenly from 0 to the given one;
 * chances are per request or message.
 *
 * @param writeDelayNs until the bytes of a write are at the peer
 * @param completionDelayNs from there to the completion
 * @param notificationDelayNs until a notification alone is at the peer
 * @param controlDelayNs until a control message is at the peer
 * @param memoryDelayNs until a copy, a gather, a scatter or a digest is done
 * @param lateDelayNs how much later a write's bytes land when one of the two sides is gone
 * @param writeFailure the chance that a write fails with some of its bytes at the peer
 * @param memoryFailure the chance that a request to the memory fails
 * @param corruption the chance that a byte of a write is flipped on the way
 * @param duplicate the chance that a notification comes twice
 * @param stale the chance that with a notification an older one comes again
 */
public record Faults(
        long writeDelayNs,
        long completionDelayNs,
        long notificationDelayNs,
        long controlDelayNs,
        long memoryDelayNs,
        long lateDelayNs,
        double writeFailure,
        double memoryFailure,
        double corruption,
        double duplicate,
        double stale) {
    /** Everything works, in no time. */
    public static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Everything works, each thing at a pace of its own. */
    public static Faults delays(Random random, long longestNs) {
        return new Faults(
                delay(random, longestNs),
                delay(random, longestNs),
                delay(random, longestNs),
                delay(random, longestNs),
                delay(random, longestNs),
                10 * longestNs,
                0,
                0,
                0,
                0,
                0);
    }

    /** Half of the time none, otherwise a scale of its own: in some worlds writes are slow, in others copies. */
    private static long delay(Random random, long longestNs) {
        return random.nextBoolean() ? 0 : longestNs >> random.nextInt(8);
    }

    /** The same, with requests that fail. */
    public Faults withFailures(double ofWrites, double ofMemory) {
        return new Faults(
                writeDelayNs,
                completionDelayNs,
                notificationDelayNs,
                controlDelayNs,
                memoryDelayNs,
                lateDelayNs,
                ofWrites,
                ofMemory,
                corruption,
                duplicate,
                stale);
    }

    /** The same, with bytes that are flipped on the way. */
    public Faults withCorruption(double chance) {
        return new Faults(
                writeDelayNs,
                completionDelayNs,
                notificationDelayNs,
                controlDelayNs,
                memoryDelayNs,
                lateDelayNs,
                writeFailure,
                memoryFailure,
                chance,
                duplicate,
                stale);
    }

    /** The same, with notifications that come again, soon or much later. */
    public Faults withRepetitions(double soon, double late) {
        return new Faults(
                writeDelayNs,
                completionDelayNs,
                notificationDelayNs,
                controlDelayNs,
                memoryDelayNs,
                lateDelayNs,
                writeFailure,
                memoryFailure,
                corruption,
                soon,
                late);
    }
}
