// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.simulation;

import dev.penstock.ports.control.ControlPlane;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.HostRegions;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.ports.transport.KvTransport;
import java.util.ArrayList;
import java.util.List;

/** One incarnation of a process: its memory, its end of the transport and of the control plane. */
public final class SimulatedProcess {
    private final SimulatedWorld world;
    private final int index;
    private final String name;
    private final SimulatedTransport transport;
    private final SimulatedControlPlane controlPlane;
    private final List<SimulatedRegion> regions = new ArrayList<>();
    private int blocks;
    private boolean alive = true;

    SimulatedProcess(SimulatedWorld world, int index, String name) {
        this.world = world;
        this.index = index;
        this.name = name;
        this.transport = new SimulatedTransport(this);
        this.controlPlane = new SimulatedControlPlane(this);
    }

    /** The name of this incarnation. */
    public String name() {
        return name;
    }

    /** Its end of the transport. */
    public KvTransport transport() {
        return transport;
    }

    /** Its end of the control plane. */
    public ControlPlane controlPlane() {
        return controlPlane;
    }

    /** Its host memory. */
    public HostRegions hostRegions() {
        return new HostRegions() {
            @Override
            public HostRegion allocate(long lengthBytes) {
                String block = name + "/block" + blocks++;
                return added(new SimulatedBlock(world, block, Math.toIntExact(lengthBytes)));
            }

            @Override
            public long availableBytes() {
                return Integer.MAX_VALUE;
            }
        };
    }

    /**
     * A memory whose requests are late and in any order.
     *
     * @param exact does the work; takes its regions from {@link #hostRegions}
     */
    public DelayingMemory delaying(Memory exact, PagedKvMover mover) {
        return new DelayingMemory(this, exact, mover);
    }

    /** Whether the process still runs. */
    public boolean isAlive() {
        return alive;
    }

    /**
     * Ends the process at once. What it had given to the network may still arrive, in part.
     *
     * @param noticed whether the others' ports tell them; otherwise it just falls silent
     */
    public void kill(boolean noticed) {
        if (!alive) {
            return;
        }
        world.trace(() -> name + " dies" + (noticed ? "" : " silently"));
        alive = false;
        world.memoryWatch().forget(this);
        transport.die(noticed);
        controlPlane.die(noticed);
    }

    /** The transport of this process loses the other, which may live. The other side does not notice. */
    public void lose(SimulatedProcess other) {
        transport.lose(other);
    }

    /** Cuts all control links of this process. Both ends notice. */
    public void cutControlLinks() {
        controlPlane.cut();
    }

    /** Whether nothing that this process gave to the network can still arrive anywhere. */
    public boolean isQuietOnTheNetwork() {
        return transport.isQuiet();
    }

    /**
     * Checks, after everything was closed in order, that nothing was left behind.
     *
     * @throws AssertionError naming what was
     */
    public void requireNoLeaks() {
        for (SimulatedRegion region : regions) {
            if (region.isOpen()) {
                throw world.violation(
                        name + " left " + region.block() + " of " + region.lengthBytes() + " bytes behind");
            }
            region.block().requirePoisonIfDead();
        }
        transport.requireNothingLeft();
    }

    SimulatedWorld world() {
        return world;
    }

    int index() {
        return index;
    }

    SimulatedTransport simulatedTransport() {
        return transport;
    }

    SimulatedControlPlane simulatedControlPlane() {
        return controlPlane;
    }

    SimulatedRegion added(SimulatedBlock block) {
        SimulatedRegion region = new SimulatedRegion(this, block);
        regions.add(region);
        return region;
    }

    /** Before a process of this one fills bytes of a block: if they are a peer's, that needs the peer's credit. */
    void beforeLocalWrite(SimulatedBlock block, long offset, long length) {
        world.creditWatch().requireCreditToFill(this, block, offset, length);
    }
}
