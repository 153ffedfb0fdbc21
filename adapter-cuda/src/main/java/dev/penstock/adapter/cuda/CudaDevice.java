// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetCount;
import static jcuda.driver.JCudaDriver.cuDeviceGetName;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.transport.Availability;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;

/**
 * One GPU with its primary context: the one that libraries beside this, such as UCX, use too. It is current on the thread
 * that opened it.
 */
public final class CudaDevice implements AutoCloseable {
    private static final int NAME_BYTES = 256;

    private final int ordinal;
    private final String name;
    private final CUdevice device;
    private final CUcontext context;
    private boolean closed;

    private CudaDevice(int ordinal, String name, CUdevice device, CUcontext context) {
        this.ordinal = ordinal;
        this.name = name;
        this.device = device;
        this.context = context;
    }

    /** Whether there is a GPU of this ordinal; makes no context. Any thread may call. */
    public static Availability availability(int ordinal) {
        try {
            find(ordinal);
            return Availability.AVAILABLE;
        } catch (KvTransferException e) {
            return new Availability.Unavailable(Objects.requireNonNull(e.getMessage()), e);
        }
    }

    /**
     * Retains the primary context and makes it current on this thread. Takes up to a second, and some hundred MiB of the
     * GPU's memory, where no other part of this process has it yet.
     *
     * @param ordinal as CUDA counts those that CUDA_VISIBLE_DEVICES leaves
     * @throws KvTransferException of kind UNAVAILABLE with the reason if there is none; nothing is left behind
     */
    public static CudaDevice open(int ordinal) {
        CUdevice device = find(ordinal);
        byte[] name = new byte[NAME_BYTES];
        CudaCalls.check(cuDeviceGetName(name, NAME_BYTES, device), "cuDeviceGetName", "open a GPU");
        CUcontext context = new CUcontext();
        CudaCalls.check(cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain", "open a GPU");
        CudaDevice opened = new CudaDevice(ordinal, text(name), device, context);
        try {
            opened.makeCurrent();
        } catch (KvTransferException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    static String text(byte[] name) {
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }

    private static CUdevice find(int ordinal) {
        CudaDriver.require();
        int[] count = new int[1];
        CudaCalls.check(cuDeviceGetCount(count), "cuDeviceGetCount", "find a GPU");
        if (ordinal < 0 || ordinal >= count[0]) {
            throw new KvTransferException(
                    FailureKind.UNAVAILABLE,
                    "find a GPU",
                    "there is no GPU " + ordinal + " here: this process sees " + count[0]
                            + ", counted from 0 (CUDA_VISIBLE_DEVICES says which)");
        }
        CUdevice device = new CUdevice();
        CudaCalls.check(cuDeviceGet(device, ordinal), "cuDeviceGet", "find a GPU");
        return device;
    }

    /** Which one it is. */
    public int ordinal() {
        return ordinal;
    }

    /** What its maker calls it. */
    public String name() {
        return name;
    }

    /** Bytes that could be allocated now. The context must be current. */
    public long freeBytes() {
        return memoryInfo()[0];
    }

    /** Bytes of all its memory. The context must be current. */
    long totalBytes() {
        return memoryInfo()[1];
    }

    private static long[] memoryInfo() {
        long[] free = new long[1];
        long[] total = new long[1];
        CudaCalls.check(cuMemGetInfo(free, total), "cuMemGetInfo", "ask for free GPU memory");
        return new long[] {free[0], total[0]};
    }

    /** Makes its context the calling thread's; what was current there before is not. */
    void makeCurrent() {
        CudaCalls.check(cuCtxSetCurrent(context), "cuCtxSetCurrent", "use a GPU");
    }

    /**
     * Gives the context back; it ends with the last one in this process who holds it, and all memory in it then. Idempotent.
     * No exceptions: there is nothing to be done about them.
     */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            cuDevicePrimaryCtxRelease(device);
        }
    }

    @Override
    public String toString() {
        return "GPU " + ordinal + " (" + name + ")";
    }
}
