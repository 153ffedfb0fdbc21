// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.simulation;

import dev.penstock.domain.pipe.PipeConfig;
import dev.penstock.domain.session.SessionConfig;
import dev.penstock.transport.testkit.simulation.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What one simulated exchange is made of.
 *
 * @param faults how slow the world is, and what breaks in it
 * @param sharesMemory whether the transport reaches the peers' memory
 * @param digest whether digests are on
 * @param initiators nodes that open sessions with the one acceptor
 * @param acceptor what the acceptor brings into sessions
 * @param initiator what each initiator brings into sessions
 * @param session timeouts and pipes
 * @param interruptions what happens at which moment
 * @param pickiness how often a receiver refuses an object or asks for it later
 */
record Scenario(
        Faults faults,
        boolean sharesMemory,
        boolean digest,
        int initiators,
        Side acceptor,
        Side initiator,
        SessionConfig session,
        List<Interruption> interruptions,
        double pickiness) {
    private static final List<Kind> KINDS = List.of(Kind.values());
    private static final long MICROS = 1000;
    private static final long MILLIS = 1_000_000;

    /**
     * One side.
     *
     * @param objects how many it sends, over all its sessions
     * @param maxObjectBytes the longest of them
     * @param slots slots of its sending ring
     * @param receives whether it offers a ring
     * @param store whether its pages outlive the session
     * @param pageBytes bytes of a page of its ring
     * @param pages pages of its ring
     * @param longestHoldNs how long its consumer keeps an object, at most
     */
    record Side(
            int objects,
            int maxObjectBytes,
            int slots,
            boolean receives,
            boolean store,
            int pageBytes,
            int pages,
            long longestHoldNs) {
        Side withObjectsUpTo(int bytes) {
            return new Side(
                    objects, Math.min(bytes, maxObjectBytes), slots, receives, store, pageBytes, pages, longestHoldNs);
        }

        Side withAStore() {
            return new Side(objects, maxObjectBytes, slots, receives, true, pageBytes, pages, longestHoldNs);
        }

        Side withPages(int number) {
            return new Side(objects, maxObjectBytes, slots, receives, store, pageBytes, number, longestHoldNs);
        }
    }

    /** What may happen to a node at any moment. */
    enum Kind {
        CLOSE,
        LEAVE,
        CLOSE_IN_CALLBACK,
        LEAVE_IN_CALLBACK,
        CUT_LINKS,
        LOSE_PEER,
        KILL,
        KILL_SILENTLY,
        PAUSE
    }

    /**
     * Something happens.
     *
     * @param atNs when
     * @param node to whom: 0 is the acceptor
     * @param kind what
     */
    record Interruption(long atNs, int node, Kind kind) {}

    /** Whether every object must be acknowledged. */
    boolean isHarmless() {
        return interruptions.stream().allMatch(interruption -> interruption.kind() == Kind.PAUSE)
                && faults.writeFailure() == 0
                && faults.memoryFailure() == 0
                && faults.corruption() == 0;
    }

    static Scenario drawn(Random random) {
        boolean digest = random.nextInt(4) > 0;
        int initiators = random.nextInt(3) == 0 ? 2 : 1;
        boolean both = random.nextInt(4) == 0;
        boolean acceptorReceives = both || random.nextInt(3) > 0;
        boolean initiatorReceives = both || !acceptorReceives;
        Side acceptor = side(random, acceptorReceives, initiatorReceives);
        Side initiator = side(random, initiatorReceives, acceptorReceives);
        int window = 1 + random.nextInt(16);
        if (initiators > 1 && acceptor.receives() && random.nextBoolean()) {
            acceptor = acceptor.withAStore();
        }
        if (acceptor.store() && initiators > 1) {
            // Pages that one session was granted and does not use are lost for the other: there must be enough of them.
            acceptor = acceptor.withPages(2 * window + 4);
            initiator = initiator.withObjectsUpTo(2 * acceptor.pageBytes());
        }
        // Not so many parts that the virtual time runs out.
        initiator = initiator.withObjectsUpTo(40 * acceptor.pageBytes());
        acceptor = acceptor.withObjectsUpTo(40 * initiator.pageBytes());
        int maxPage = Math.max(acceptor.pageBytes(), initiator.pageBytes());
        PipeConfig pipe = new PipeConfig(
                1 + random.nextInt(8),
                digest,
                1 + random.nextInt(maxPage),
                random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 64,
                window);
        Faults faults =
                random.nextInt(8) == 0 ? Faults.NONE : Faults.delays(random, (1 + random.nextInt(200)) * MICROS);
        if (random.nextInt(3) == 0) {
            faults = faults.withRepetitions(0.1, 0.1);
        }
        List<Interruption> interruptions = new ArrayList<>();
        if (random.nextBoolean()) {
            if (random.nextInt(4) == 0) {
                faults = faults.withFailures(random.nextBoolean() ? 0.02 : 0, random.nextBoolean() ? 0.02 : 0);
            }
            if (digest && random.nextInt(3) == 0) {
                faults = faults.withCorruption(random.nextBoolean() ? 0.02 : 0.2);
            }
            for (int i = random.nextInt(4); i > 0; i--) {
                long at = random.nextBoolean() ? random.nextLong(300 * MICROS) : random.nextLong(4 * MILLIS);
                Kind kind = KINDS.get(random.nextInt(KINDS.size()));
                interruptions.add(new Interruption(at, random.nextInt(initiators + 1), kind));
            }
        }
        // Times that suit a world in which a step takes a microsecond and a message a few hundred.
        long rehearsals = random.nextInt(3) == 0 ? 1 + random.nextLong(500 * MICROS) : 0;
        SessionConfig session =
                new SessionConfig(30 * MILLIS, 300 * MICROS, 1 * MILLIS, 6 * MILLIS, 15 * MILLIS, rehearsals, pipe);
        return new Scenario(
                faults,
                random.nextInt(3) == 0,
                digest,
                initiators,
                acceptor,
                initiator,
                session,
                interruptions,
                random.nextBoolean() ? 0 : 0.1);
    }

    private static Side side(Random random, boolean receives, boolean sends) {
        int pageBytes =
                256 * (1 + (random.nextBoolean() ? random.nextInt(8) : random.nextInt(256) >> random.nextInt(6)));
        int pages = 1 + random.nextInt(random.nextBoolean() ? 3 : 16);
        int objects = sends ? random.nextInt(random.nextBoolean() ? 8 : 40) : 0;
        int largest = random.nextInt(6) == 0 ? 4 * pageBytes * pages : 1 + 2 * pageBytes;
        return new Side(
                objects,
                Math.min(largest, 256 << 10 >> random.nextInt(6)),
                1 + random.nextInt(6),
                receives,
                receives && random.nextInt(3) == 0,
                pageBytes,
                pages,
                random.nextInt(3) == 0 ? 0 : random.nextLong(1000 * MICROS));
    }
}
