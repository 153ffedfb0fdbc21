// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.simulation;

import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who reads and writes which bytes at the moment, over all processes: requests that were submitted and have not ended, and
 * whatever an application says. Two uses of one byte, one of which writes, are a violation.
 */
public final class MemoryWatch {
    private final SimulatedWorld world;
    private final List<Use> uses = new ArrayList<>();

    MemoryWatch(SimulatedWorld world) {
        this.world = world;
    }

    /** A use that began. */
    public static final class Use {
        private final SimulatedProcess process;
        private final SimulatedBlock block;
        private final @Nullable SimulatedRegion through;
        private final long from;
        private final long to;
        private final boolean writes;
        private final String what;
        private boolean ended;

        private Use(
                SimulatedProcess process,
                SimulatedBlock block,
                @Nullable SimulatedRegion through,
                long from,
                long to,
                boolean writes,
                String what) {
            this.process = process;
            this.block = block;
            this.through = through;
            this.from = from;
            this.to = to;
            this.writes = writes;
            this.what = what;
        }

        SimulatedBlock block() {
            return block;
        }

        private boolean conflicts(Use other) {
            return block == other.block && from < other.to && other.from < to && (writes || other.writes);
        }

        @Override
        public String toString() {
            return process.name() + "'s " + what + " of [" + from + ", " + to + ") of " + block;
        }
    }

    /** An application begins to read bytes of its process that must not change until {@link #end}. */
    public Use beginRead(SimulatedProcess process, Memory memory, Span span, String what) {
        SimulatedRegion region = SimulatedRegion.of(memory.region(span.region()));
        return begin(process, region, span.offsetBytes(), span.lengthBytes(), false, what);
    }

    /** An application begins to write bytes of its process that nobody else must touch until {@link #end}. */
    public Use beginWrite(SimulatedProcess process, Memory memory, Span span, String what) {
        SimulatedRegion region = SimulatedRegion.of(memory.region(span.region()));
        return begin(process, region, span.offsetBytes(), span.lengthBytes(), true, what);
    }

    Use begin(SimulatedProcess process, SimulatedRegion region, long offset, long length, boolean writes, String what) {
        return begin(new Use(process, region.block(), region, offset, offset + length, writes, what));
    }

    /** A write by the network, which asks nobody for a region. */
    Use beginArrival(SimulatedProcess process, SimulatedBlock block, long offset, long length) {
        return begin(new Use(process, block, null, offset, offset + length, true, "write"));
    }

    private Use begin(Use use) {
        requireNoConflict(use);
        if (use.from < use.to) {
            uses.add(use);
        }
        return use;
    }

    /** The use is over. */
    public void end(Use use) {
        if (!use.ended) {
            use.ended = true;
            uses.remove(use);
        }
    }

    /** A use that begins and ends at once. */
    void touch(SimulatedProcess process, SimulatedBlock block, long offset, long length, boolean writes, String what) {
        requireNoConflict(new Use(process, block, null, offset, offset + length, writes, what));
    }

    private void requireNoConflict(Use use) {
        for (Use other : uses) {
            if (use.conflicts(other)) {
                throw world.violation(use + " begins during " + other);
            }
        }
    }

    /** A process gives memory back: nothing of its own may use it. */
    void requireUnused(SimulatedRegion region) {
        for (Use use : uses) {
            if (use.through == region) {
                throw world.violation(region.block() + " is given back during " + use);
            }
        }
    }

    /** Whether a process could give all of its memory back now. */
    public boolean isUnused(SimulatedProcess process) {
        return uses.stream().noneMatch(use -> use.process == process && use.through != null);
    }

    /** A process is gone: what it did itself ended with it. What the network still does for it goes on. */
    void forget(SimulatedProcess process) {
        uses.removeIf(use -> use.process == process && use.through != null);
    }
}
