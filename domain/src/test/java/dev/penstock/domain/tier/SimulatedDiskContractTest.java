// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.adapter.host.HostMemory;
import dev.penstock.adapter.host.HostPagedKvMover;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.storage.ObjectFile;
import dev.penstock.ports.storage.ObjectFiles;
import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.simulation.DelayingMemory;
import dev.penstock.transport.testkit.simulation.Faults;
import dev.penstock.transport.testkit.simulation.SimulatedDisk;
import dev.penstock.transport.testkit.simulation.SimulatedProcess;
import dev.penstock.transport.testkit.simulation.SimulatedWorld;
import dev.penstock.transport.testkit.storage.ObjectFilesContract;
import java.util.Random;

/** What the tiers are tested over keeps the contract of what they run over. */
class SimulatedDiskContractTest extends ObjectFilesContract {
    private final SimulatedWorld world = new SimulatedWorld(new Random(Seeds.next()), Faults.NONE, false, null);
    private final SimulatedProcess process = world.start("one");
    private final DelayingMemory memory = memory(process);
    private final SimulatedDisk disk = new SimulatedDisk(world);

    private static DelayingMemory memory(SimulatedProcess process) {
        HostMemory exact = new HostMemory(process.hostRegions());
        return process.delaying(exact, new HostPagedKvMover(exact));
    }

    @Override
    protected Memory memory() {
        return memory;
    }

    @Override
    protected ObjectFiles open() {
        disk.setFaults(1_000_000, 0, Long.MAX_VALUE);
        return disk.open(process, memory);
    }

    @Override
    protected void damage(ObjectFile file, long objectOffsetBytes) {
        disk.damage(file.number(), objectOffsetBytes);
    }

    @Override
    protected void pass() {
        world.advance(1_000);
    }
}
