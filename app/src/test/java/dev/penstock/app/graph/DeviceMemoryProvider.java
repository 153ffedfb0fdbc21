// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.app.run.Device;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.HostRegions;
import dev.penstock.ports.memory.RegionIds;
import dev.penstock.transport.testkit.TestMemory;
import dev.penstock.transport.testkit.TestMemoryProvider;
import java.util.function.Supplier;

/**
 * Gives the nodes of a test the memory that a program has with {@code --device}: of the GPU that {@code -Dpenstock.gpu=N}
 * names, the first one by default, or of the host with {@code -Dpenstock.gpu=cpu}, which tries the tests themselves.
 */
public final class DeviceMemoryProvider implements TestMemoryProvider {
    /** Names the GPU. */
    static final String PROPERTY = "penstock.gpu";

    /** Has no state. */
    public DeviceMemoryProvider() {}

    /** What this process's nodes have their memory on. */
    public static Device device() {
        String name = System.getProperty(PROPERTY, "0");
        return name.equals(Device.CPU.label()) ? Device.CPU : Device.parse("cuda:" + name);
    }

    @Override
    public TestMemory open(Supplier<HostRegions> host, RegionIds ids) {
        return TestMemory.of(
                NodeDevice.open(device()).memory(new LaterRegions(host), ids).memory());
    }

    /** The host memory of a transport that is not open yet. */
    private record LaterRegions(Supplier<HostRegions> source) implements HostRegions {
        @Override
        public HostRegion allocate(long lengthBytes) {
            return source.get().allocate(lengthBytes);
        }

        @Override
        public long availableBytes() {
            return source.get().availableBytes();
        }
    }
}
