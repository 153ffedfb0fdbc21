// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.simulation;

import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.Region;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A process's hold on a block: its own, or one that it reached. */
final class SimulatedRegion implements HostRegion {
    private final SimulatedProcess process;
    private final SimulatedBlock block;
    private boolean open = true;

    SimulatedRegion(SimulatedProcess process, SimulatedBlock block) {
        this.process = process;
        this.block = block;
        block.hold();
    }

    static SimulatedRegion of(Region region) {
        if (region.host() instanceof SimulatedRegion simulated) {
            return simulated;
        }
        throw new IllegalArgumentException(region + " is not of a simulated process");
    }

    SimulatedBlock block() {
        return block;
    }

    boolean isOpen() {
        return open;
    }

    @Override
    public long lengthBytes() {
        return block.lengthBytes();
    }

    @Override
    public long nativeAddress() {
        return NO_ADDRESS;
    }

    @Override
    public ByteBuffer window(long offsetBytes, int windowLengthBytes) {
        Objects.checkFromIndexSize(offsetBytes, windowLengthBytes, lengthBytes());
        if (!open) {
            throw new IllegalStateException(block + " was given back");
        }
        return block.window(offsetBytes, windowLengthBytes);
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            process.world().memoryWatch().requireUnused(this);
            block.letGo();
        }
    }
}
