// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.simulation;

import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.List;

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
        private final long from;
        private final long to;
        private final boolean writes;
        private final String what;
        private boolean ended;

        private Use(
                SimulatedProcess process, SimulatedBlock block, long from, long to, boolean writes, String what) {
            this.process = process;
            this.block = block;
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
        SimulatedBlock block = SimulatedProcess.blockOf(memory.region(span.region()));
        return begin(process, block, span.offsetBytes(), span.lengthBytes(), false, what);
    }

    /** An application begins to write bytes of its process that nobody else must touch until {@link #end}. */
    public Use beginWrite(SimulatedProcess process, Memory memory, Span span, String what) {
        SimulatedBlock block = SimulatedProcess.blockOf(memory.region(span.region()));
        return begin(process, block, span.offsetBytes(), span.lengthBytes(), true, what);
    }

    Use begin(
            SimulatedProcess process, SimulatedBlock block, long offset, long length, boolean writes, String what) {
        Use use = new Use(process, block, offset, offset + length, writes, what);
        requireNoConflict(use);
        if (length > 0) {
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
        requireNoConflict(new Use(process, block, offset, offset + length, writes, what));
    }

    private void requireNoConflict(Use use) {
        for (Use other : uses) {
            if (use.conflicts(other)) {
                throw world.violation(use + " begins during " + other);
            }
        }
    }

    /** A process gives memory back: nothing of its own may use it. */
    void requireUnusedBy(SimulatedProcess process, SimulatedBlock block) {
        for (Use use : uses) {
            if (use.block == block && use.process == process) {
                throw world.violation(process.name() + " gives " + block + " back during " + use);
            }
        }
    }

    /** A process is gone: what it did itself ended with it. What the network still does for it goes on. */
    void forget(SimulatedProcess process) {
        uses.removeIf(use -> use.process == process && !use.what.equals(SimulatedTransport.ARRIVING));
    }
}
