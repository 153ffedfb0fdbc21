// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.simulation;

import dev.penstock.ports.storage.ObjectFile;
import dev.penstock.ports.storage.ObjectFiles;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A disk that outlives the processes that use it. Its faults may be changed at any time.
 *
 * @see #open
 */
public final class SimulatedDisk {
    /** What is stored. */
    @SuppressWarnings("ArrayRecordComponent") // Changed where it lies, as on a disk.
    record Stored(ObjectFile file, byte[] bytes) {}

    private final SimulatedWorld world;
    private final Map<Long, Stored> stored = new TreeMap<>();
    private long delayNs;
    private double failure;
    private long roomBytes = Long.MAX_VALUE;
    private long lastNumber;

    /** An empty disk without faults, which takes no time. */
    public SimulatedDisk(SimulatedWorld world) {
        this.world = world;
    }

    /**
     * How it works from now on.
     *
     * @param newDelayNs each request takes up to so long
     * @param newFailure the chance that a write or a read fails
     * @param newRoomBytes how many bytes of objects it holds
     */
    public void setFaults(long newDelayNs, double newFailure, long newRoomBytes) {
        delayNs = newDelayNs;
        failure = newFailure;
        roomBytes = newRoomBytes;
    }

    /** The disk for one process, which must be the only one that has it. */
    public ObjectFiles open(SimulatedProcess process, DelayingMemory memory) {
        return new SimulatedObjectFiles(world, this, process, memory);
    }

    /** Changes one byte of an object that is stored. */
    public void damage(long number, long objectOffsetBytes) {
        Stored there = stored.get(number);
        if (there == null) {
            throw new AssertionError("no file " + number);
        }
        there.bytes()[Math.toIntExact(objectOffsetBytes)] ^= 1;
    }

    /** The files that are there, by their numbers. */
    public List<ObjectFile> files() {
        return stored.values().stream().map(Stored::file).toList();
    }

    long nextNumber() {
        return ++lastNumber;
    }

    Map<Long, Stored> stored() {
        return stored;
    }

    long due() {
        return world.now() + world.upTo(delayNs);
    }

    boolean fails() {
        return world.chance(failure);
    }

    boolean hasRoomFor(long bytes) {
        long used =
                stored.values().stream().mapToLong(one -> one.bytes().length).sum();
        return bytes <= roomBytes - used;
    }
}
