// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.loop.IdleStrategy;
import dev.penstock.app.run.RunSettings;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.pipe.PipeConfig;
import dev.penstock.domain.session.SessionConfig;
import dev.penstock.ports.Digest;
import dev.penstock.ports.control.SessionTerms;
import java.time.Duration;

/** What a run's settings mean to its sessions. */
final class SessionSettings {
    private static final Duration RETRY_INTERVAL = Duration.ofMillis(100);
    private static final Duration HEARTBEAT_INTERVAL = Duration.ofMillis(500);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);
    private static final Duration SHORTEST_SILENCE = Duration.ofSeconds(2);
    /** Of a loop that spins, for the shortest reaction. After 5 ms it would take four times as long: docs/adr/0011. */
    private static final Duration REHEARSAL_INTERVAL = Duration.ofMillis(1);
    /** Beside the objects of a round there is little in the queue. */
    private static final int QUEUE_MARGIN = 64;
    /** The first parts of a burst are this many times shorter than a slot. */
    private static final int FIRST_CUT = 8;

    private static final long SHORTEST_PART_BYTES = 64 << 10;

    private SessionSettings() {}

    static SessionConfig config(RunSettings settings) {
        Sizes sizes = settings.sizes();
        Duration timeout = settings.timeout();
        Duration silence = timeout.compareTo(LONGEST_SILENCE) < 0 ? timeout : LONGEST_SILENCE;
        silence = silence.compareTo(SHORTEST_SILENCE) < 0 ? SHORTEST_SILENCE : silence;
        PipeConfig pipe = new PipeConfig(
                sizes.depth(),
                settings.digest(),
                Math.max(SHORTEST_PART_BYTES, sizes.slotBytes() / FIRST_CUT),
                Math.max(PipeConfig.DEFAULT_QUEUED_OBJECTS, sizes.objects() + QUEUE_MARGIN),
                sizes.windowSlots());
        return new SessionConfig(
                timeout.toNanos(),
                RETRY_INTERVAL.toNanos(),
                HEARTBEAT_INTERVAL.toNanos(),
                silence.toNanos(),
                timeout.toNanos(),
                settings.idle() == IdleStrategy.SPIN ? REHEARSAL_INTERVAL.toNanos() : 0,
                pipe);
    }

    /** What both sides must have the same. The lengths of the run are part of it: neither side could make sense of others. */
    static SessionTerms terms(Program program, RunSettings settings, String transport) {
        Sizes sizes = settings.sizes();
        ProgramTerms own = program.terms(settings);
        String service = program.name() + own.service() + ", " + sizes.objects() + " objects, " + settings.warmUps()
                + " + " + settings.rounds() + " rounds" + (settings.raw() ? ", with plain copies" : "");
        return new SessionTerms(
                service,
                transport,
                settings.device().memoryKind().label(),
                own.model(),
                own.layout(),
                sizes.dtype().label(),
                own.chunkTokens(),
                own.hash(),
                settings.digest() ? Digest.NAME : "off");
    }
}
