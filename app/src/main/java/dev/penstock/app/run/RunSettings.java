// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.run;

import dev.penstock.app.loop.IdleStrategy;
import dev.penstock.ports.control.ControlAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything about a run that is the same in all programs.
 *
 * @param sizes of objects and rings
 * @param warmUps rounds that do not count and come before the others: compilers, page tables and clocks settle in them
 * @param rounds that count
 * @param senders how many senders the receiver expects
 * @param digest whether objects carry digests
 * @param raw whether plain copies are measured too
 * @param timeout how long to wait for the other side, and for progress
 * @param address where the receiver listens
 * @param idle what a loop does with nothing to do
 * @param device where objects and rings are
 * @param minLinkGibps a link that does less GiB per second is not used
 * @param timelines the folder where each process writes when its parts were where, if that is wanted
 */
public record RunSettings(
        Sizes sizes,
        int warmUps,
        int rounds,
        int senders,
        boolean digest,
        boolean raw,
        Duration timeout,
        ControlAddress address,
        IdleStrategy idle,
        Device device,
        double minLinkGibps,
        Optional<Path> timelines) {
    /** The most senders: as many as the control plane takes links. */
    public static final int MAX_SENDERS = 64;

    /** No host that this runs on is slower, with all that is done to a round's bytes before the other side hears of it. */
    private static final long SLOWEST_BYTES_PER_SECOND = 32L << 20;

    /** Checks the numbers. */
    public RunSettings {
        if (warmUps < 1) {
            throw new IllegalArgumentException("--warm-up-rounds is at least 1, not " + warmUps);
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("--num-rounds is at least 1, not " + rounds);
        }
        if (!(minLinkGibps >= 0)) {
            throw new IllegalArgumentException("--min-link-gibps is 0 or more, not " + minLinkGibps);
        }
        if (senders < 1 || senders > MAX_SENDERS) {
            throw new IllegalArgumentException("--num-expected-senders is 1 to " + MAX_SENDERS + ", not " + senders);
        }
    }

    /**
     * The floor where nobody names one. NVLink does hundreds of GiB/s, PCI Express some tens, UCX's fallback for GPU memory about
     * one. Between host memories that fallback does one or two where the direct way does four to ten: too close to tell on a
     * busy host, so there any link will do.
     */
    public static double defaultMinLinkGibps(Device device) {
        return device.memoryKind().hostAddressable() ? 0 : 5;
    }

    /** Rounds of both kinds; the first one has the number 0. */
    public int allRounds() {
        return warmUps + rounds;
    }

    /** What people call a round of that number: 1 for the first that counts. */
    public int label(int round) {
        return round - warmUps + 1;
    }

    /** Whether computing digests is work of its own: a GPU does it while it waits for the memory that it copies. */
    public boolean digestsApart() {
        return digest && device.memoryKind().hostAddressable();
    }

    /** How long one side may let the other wait in a round while it makes, moves or checks the round's bytes. */
    public Duration longestWait() {
        return timeout.plusSeconds(senders * sizes.roundBytes() / SLOWEST_BYTES_PER_SECOND);
    }
}
