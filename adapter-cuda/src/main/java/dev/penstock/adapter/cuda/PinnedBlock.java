// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import static jcuda.driver.JCudaDriver.CU_MEMHOSTALLOC_DEVICEMAP;
import static jcuda.driver.JCudaDriver.CU_MEMHOSTALLOC_PORTABLE;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemHostAlloc;
import static jcuda.driver.JCudaDriver.cuMemHostGetDevicePointer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Host memory that the GPU reads and writes by itself: page-locked and mapped. For what goes to it and comes back beside the data. */
final class PinnedBlock implements AutoCloseable {
    private static final String OPERATION = "take page-locked memory";

    private final HostAddress address = new HostAddress();
    private final DeviceAddress onDevice = new DeviceAddress();
    private final ByteBuffer view;

    PinnedBlock(int lengthBytes) {
        CudaCalls.check(
                cuMemHostAlloc(address, lengthBytes, CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP),
                "cuMemHostAlloc",
                OPERATION);
        try {
            CudaCalls.check(cuMemHostGetDevicePointer(onDevice, address, 0), "cuMemHostGetDevicePointer", OPERATION);
            view = address.getByteBuffer(0, lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Its bytes, little-endian. */
    ByteBuffer view() {
        return view;
    }

    HostAddress address() {
        return address;
    }

    /** What the GPU knows its first byte by. */
    long deviceAddress() {
        return onDevice.value();
    }

    @Override
    public void close() {
        cuMemFreeHost(address);
    }
}
