// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventQuery;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemsetD8Async;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.RegionId;
import java.nio.ByteBuffer;
import java.util.Objects;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import org.jspecify.annotations.Nullable;

/**
 * What one request has while the GPU works on it: a stream, which it shares, an event that tells when it is done, and room
 * for its table in host memory and on the GPU, with the sums that its kernel adds up.
 *
 * <p>The room grows to what the largest request needed and stays.
 */
final class Lane implements AutoCloseable {
    /** Where the table begins in its block. */
    static final int TABLE_BYTES = Arguments.BYTES;

    /** Not less than a short table's, all of which a launch reads. */
    private static final int FIRST_ROOM_BYTES = 16 << 10;

    /** A multiple of a word's length. */
    private static final int MOST_ROOM_BYTES = Integer.MAX_VALUE & -Long.BYTES;

    /** SHORT_TABLE_WORDS in native/kernels/penstock.cu. */
    private static final int SHORT_TABLE_WORDS = 500;

    /** Descriptors are not shorter; each has a sum. */
    private static final int LEAST_DESCRIPTOR_BYTES = 5 * Long.BYTES;

    private final CUstream stream;
    private final CUevent event = new CUevent();
    private PinnedBlock host;
    private Arguments arguments;
    /** The table, and behind it the sums. */
    private DeviceAddress device;

    private int roomBytes;

    private @Nullable Work work;
    private @Nullable KvTransferException failure;
    private boolean recorded;

    Lane(CUstream stream) {
        this.stream = stream;
        CudaCalls.check(cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate", "use a GPU");
        roomBytes = FIRST_ROOM_BYTES;
        try {
            host = new PinnedBlock(roomBytes);
        } catch (KvTransferException e) {
            cuEventDestroy(event);
            throw e;
        }
        arguments = new Arguments(host);
        try {
            device = deviceRoom(roomBytes, "use a GPU");
        } catch (KvTransferException e) {
            host.close();
            cuEventDestroy(event);
            throw e;
        }
    }

    CUstream stream() {
        return stream;
    }

    /** Room for a table of that length, with sums of 0. */
    private DeviceAddress deviceRoom(int tableBytes, String operation) {
        DeviceAddress room = new DeviceAddress();
        CudaCalls.check(cuMemAlloc(room, tableBytes + sumsBytes(tableBytes)), "cuMemAlloc", operation);
        int status =
                cuMemsetD8Async(new DeviceAddress(room.value() + tableBytes), (byte) 0, sumsBytes(tableBytes), stream);
        if (status != CUresult.CUDA_SUCCESS) {
            cuMemFree(room);
            CudaCalls.check(status, "cuMemsetD8Async", operation);
        }
        return room;
    }

    /** One for each descriptor, and the count of blocks. */
    private static long sumsBytes(int tableBytes) {
        return (tableBytes / LEAST_DESCRIPTOR_BYTES + 1L) * Long.BYTES;
    }

    /**
     * Room for a table of this many words, which begins at {@link #TABLE_BYTES} of the result. Contents are unspecified.
     */
    ByteBuffer table(int words) {
        long needed = TABLE_BYTES + (long) words * Long.BYTES;
        if (needed > roomBytes) {
            grow(Math.toIntExact(Math.max(needed, Math.min(2L * roomBytes, MOST_ROOM_BYTES))));
        }
        return host.view();
    }

    private void grow(int bytes) {
        PinnedBlock larger = new PinnedBlock(bytes);
        DeviceAddress onDevice;
        try {
            onDevice = deviceRoom(bytes, "make room for a request's table");
        } catch (KvTransferException e) {
            larger.close();
            throw e;
        }
        // Nothing of an earlier request is under way here: its event was seen.
        host.close();
        cuMemFree(device);
        host = larger;
        arguments = new Arguments(larger);
        device = onDevice;
        roomBytes = bytes;
    }

    /**
     * Begins a kernel on the table that was written.
     *
     * @param words the table's; its results come to lie behind them
     * @param count how many descriptors it has
     */
    void launch(Kernels kernels, Kernel kernel, int words, int count, long blocks, String operation) {
        boolean isShort = words <= SHORT_TABLE_WORDS;
        if (isShort) {
            arguments.setToWhatIsAt(0, TABLE_BYTES);
        } else {
            upload(words, operation);
            arguments.set(0, device.value() + TABLE_BYTES);
        }
        arguments
                .set(1, device.value() + roomBytes)
                .set(2, host.deviceAddress() + TABLE_BYTES + (long) words * Long.BYTES)
                .set(3, count);
        kernels.launch(isShort ? kernel.ofShortTable() : kernel, Math.toIntExact(blocks), stream, arguments, operation);
    }

    private void upload(int words, String operation) {
        CudaCalls.check(
                cuMemcpyHtoDAsync(device, host.address(), TABLE_BYTES + (long) words * Long.BYTES, stream),
                "cuMemcpyHtoDAsync",
                operation);
    }

    /** A word of the table's room in the host's memory. */
    long word(int word) {
        return host.view().getLong(TABLE_BYTES + word * Long.BYTES);
    }

    /** Begins a request. What goes wrong is kept for {@link #ended}: it is reported like anything else, from a poll. */
    void begin(Work next) {
        work = next;
        failure = null;
        recorded = false;
        boolean started;
        try {
            started = next.begin(this);
        } catch (KvTransferException e) {
            failure = e;
            // What was begun before the failure still uses the lane: it must be waited for.
            started = true;
        }
        if (started) {
            int status = cuEventRecord(event, stream);
            recorded = status == CUresult.CUDA_SUCCESS;
            if (!recorded && failure == null) {
                failure = CudaCalls.failure(FailureKind.NATIVE, status, "cuEventRecord", next.operation(), "");
            }
        }
    }

    /** Whether the GPU is done with the request, one way or the other. */
    boolean ended() {
        if (!recorded) {
            return true;
        }
        int status = cuEventQuery(event);
        if (status == CUresult.CUDA_ERROR_NOT_READY) {
            return false;
        }
        if (status != CUresult.CUDA_SUCCESS && failure == null) {
            failure = CudaCalls.failure(FailureKind.NATIVE, status, "cuEventQuery", "wait for a GPU", "");
        }
        return true;
    }

    boolean uses(RegionId region) {
        return work != null && work.uses(region);
    }

    /** Takes the ended request out. */
    Work take() {
        Work ended = Objects.requireNonNull(work, "work");
        work = null;
        if (failure == null) {
            ended.end(this);
        }
        return ended;
    }

    /** Why the request that ended has failed; null if it has not. */
    @Nullable
    KvTransferException failure() {
        return failure;
    }

    @Override
    public void close() {
        cuEventDestroy(event);
        cuMemFree(device);
        host.close();
    }
}
