// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import static jcuda.driver.JCudaDriver.CU_MEMHOSTREGISTER_DEVICEMAP;
import static jcuda.driver.JCudaDriver.CU_MEMHOSTREGISTER_PORTABLE;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemHostGetDevicePointer;
import static jcuda.driver.JCudaDriver.cuMemHostRegister;
import static jcuda.driver.JCudaDriver.cuMemHostUnregister;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.PatternRows;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.RegionIds;
import dev.penstock.ports.memory.SegmentList;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.driver.CUresult;

/**
 * The regions of one GPU memory: plain allocations, which other processes can map (CUDA's own IPC takes neither managed
 * memory nor that of pools), and adopted blocks of the host, page-locked.
 *
 * <p>Lookups by any thread; the rest by the loop's.
 */
final class Regions implements AutoCloseable {
    private final CudaDevice device;
    private final RegionIds ids;
    private final Map<RegionId, Held> regions = new ConcurrentHashMap<>();

    Regions(CudaDevice device, RegionIds ids) {
        this.device = device;
        this.ids = Objects.requireNonNull(ids, "ids");
    }

    /**
     * @param address of its first byte, as the GPU knows it
     * @param release gives it back
     */
    private record Held(Region region, long address, Runnable release) {}

    Region allocate(long lengthBytes) {
        if (lengthBytes <= 0) {
            throw new IllegalArgumentException("a region has a positive length, not " + lengthBytes);
        }
        device.makeCurrent();
        DeviceAddress address = new DeviceAddress();
        // More than there is at all need not be asked of the driver, which has other names for sizes beyond its address
        // space.
        int status = lengthBytes > device.totalBytes()
                ? CUresult.CUDA_ERROR_OUT_OF_MEMORY
                : cuMemAlloc(address, lengthBytes);
        if (status == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            throw CudaCalls.failure(
                    FailureKind.CAPACITY,
                    status,
                    "cuMemAlloc",
                    "allocate GPU memory",
                    ": " + lengthBytes + " bytes were asked for, and " + device.freeBytes() + " of "
                            + device.totalBytes() + " are free on " + device
                            + ": ask for less, or end what else uses it (nvidia-smi lists it)");
        }
        CudaCalls.check(status, "cuMemAlloc", "allocate GPU memory");
        Region region = new Region(ids.next(), MemoryKind.CUDA, device.ordinal(), address.value(), lengthBytes, null);
        regions.put(region.id(), new Held(region, address.value(), () -> cuMemFree(address)));
        return region;
    }

    Region adopt(HostRegion block) {
        long begin = block.nativeAddress();
        if (begin == HostRegion.NO_ADDRESS) {
            throw new UnsupportedOperationException(
                    "a GPU reaches only host blocks whose address is known; this one's is not");
        }
        device.makeCurrent();
        HostAddress address = new HostAddress(begin);
        String operation = "page-lock host memory";
        DeviceAddress onDevice = new DeviceAddress();
        // Of memory that is page-locked already the GPU knows the address; locking it again is an error of varying
        // name.
        boolean lockedBefore = cuMemHostGetDevicePointer(onDevice, address, 0) == CUresult.CUDA_SUCCESS;
        if (!lockedBefore) {
            lock(address, block.lengthBytes(), operation);
            try {
                CudaCalls.check(
                        cuMemHostGetDevicePointer(onDevice, address, 0), "cuMemHostGetDevicePointer", operation);
            } catch (KvTransferException e) {
                unlock(address, false);
                throw e;
            }
        }
        Region region = new Region(ids.next(), MemoryKind.HOST, 0, begin, block.lengthBytes(), block);
        regions.put(region.id(), new Held(region, onDevice.value(), () -> {
            unlock(address, lockedBefore);
            block.close();
        }));
        return region;
    }

    private static void lock(HostAddress address, long lengthBytes, String operation) {
        int status =
                cuMemHostRegister(address, lengthBytes, CU_MEMHOSTREGISTER_PORTABLE | CU_MEMHOSTREGISTER_DEVICEMAP);
        if (status == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            throw CudaCalls.failure(
                    FailureKind.CAPACITY,
                    status,
                    "cuMemHostRegister",
                    operation,
                    ": " + lengthBytes + " bytes were to be locked; see ulimit -l and the host's free memory");
        }
        CudaCalls.check(status, "cuMemHostRegister", operation);
    }

    /** Whoever locked it before us unlocks it. */
    private static void unlock(HostAddress address, boolean lockedBefore) {
        if (!lockedBefore) {
            cuMemHostUnregister(address);
        }
    }

    void free(RegionId id) {
        Held held = regions.remove(id);
        if (held != null) {
            device.makeCurrent();
            held.release().run();
        }
    }

    Region region(RegionId id) {
        return held(id).region();
    }

    long address(RegionId id) {
        return held(id).address();
    }

    /** Checks that a run of bytes is within a known region, and returns that. */
    Region check(RegionId id, long offsetBytes, long lengthBytes) {
        Region region = region(id);
        check(region, offsetBytes, lengthBytes);
        return region;
    }

    /** Checks that what a request reads and writes is within known regions, and nothing is copied over itself. */
    void check(SegmentList segments, CopyMode mode) {
        if (segments.size() == 0) {
            return;
        }
        // Of many small segments all have the same regions, as a rule: these are looked up once.
        Region from = region(segments.fromRegion(0));
        Region to = mode.copies() ? region(segments.toRegion(0)) : from;
        for (int i = 0; i < segments.size(); i++) {
            from = sameOrKnown(from, segments.fromRegion(i));
            check(from, segments.fromOffset(i), segments.length(i));
            if (mode.copies()) {
                to = sameOrKnown(to, segments.toRegion(i));
                check(to, segments.toOffset(i), segments.length(i));
                segments.requireApart(i);
            }
        }
    }

    /** Checks that rows are within known regions; returns where each begins, as the GPU knows it. */
    long[] addresses(PatternRows rows) {
        long[] addresses = new long[rows.size()];
        Held held = null;
        for (int i = 0; i < addresses.length; i++) {
            // Of neighbouring rows too.
            if (held == null || !held.region().id().equals(rows.region(i))) {
                held = held(rows.region(i));
            }
            check(held.region(), rows.offsetBytes(i), rows.lengthBytes(i));
            addresses[i] = held.address() + rows.offsetBytes(i);
        }
        return addresses;
    }

    private Region sameOrKnown(Region last, RegionId id) {
        return last.id().equals(id) ? last : region(id);
    }

    private static void check(Region region, long offsetBytes, long lengthBytes) {
        long size = region.lengthBytes();
        // Written so that the sum of two large numbers can't wrap around.
        if (offsetBytes > size || lengthBytes > size - offsetBytes) {
            throw new IllegalArgumentException(
                    lengthBytes + " bytes at " + offsetBytes + " of " + region.id() + ", which has " + size);
        }
    }

    private Held held(RegionId id) {
        Held held = regions.get(Objects.requireNonNull(id, "id"));
        if (held == null) {
            throw new IllegalArgumentException("there is no " + id);
        }
        return held;
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        for (Held held : regions.values()) {
            try {
                held.release().run();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        regions.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
