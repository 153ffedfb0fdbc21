// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemcpyAsync;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import dev.penstock.ports.memory.Pattern;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.ToLongFunction;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;

/**
 * What waits for the GPU: reads, writes and patterns, on a stream of their own and through a small page-locked block, so
 * that a buffer may be of any kind. One thread at a time: {@link BlockingPool}.
 */
final class BlockingAccess implements AutoCloseable {
    private static final int BLOCK_BYTES = 4 << 20;
    private static final long NO_MISMATCH = -1;

    /** A table of rows lies behind a word for the result; two words a row: PatternRow in native/kernels/pattern.cuh. */
    private static final int ROWS_AT = 16;

    private static final int ROW_BYTES = 2 * Long.BYTES;
    private static final int MOST_ROWS = 64 << 10;

    /** Enough blocks to fill the largest GPU; each goes through its words in strides. */
    private static final int MOST_BLOCKS = 4096;

    /** Rows to fill or check. */
    interface RowSource {
        /** Where a row begins. */
        long address(int row);

        /** The base of its pattern. */
        long base(int row);
    }

    private final CudaDevice device;
    private final Kernels kernels;
    private final CUstream stream = new CUstream();
    private final PinnedBlock parameters;
    private final Arguments arguments;
    private final PinnedBlock bounce;
    private final DeviceAddress scratch = new DeviceAddress();

    BlockingAccess(CudaDevice device, Kernels kernels) {
        this.device = device;
        this.kernels = kernels;
        CudaCalls.check(cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate", "use a GPU");
        parameters = new PinnedBlock(Arguments.BYTES);
        arguments = new Arguments(parameters);
        bounce = new PinnedBlock(BLOCK_BYTES);
        CudaCalls.check(cuMemAlloc(scratch, Long.BYTES), "cuMemAlloc", "use a GPU");
    }

    void read(long from, ByteBuffer to) {
        device.makeCurrent();
        for (long at = from; to.hasRemaining(); ) {
            int part = Math.min(to.remaining(), BLOCK_BYTES);
            copy(new DeviceAddress(bounce.deviceAddress()), new DeviceAddress(at), part, "read GPU memory");
            to.put(bounce.view().slice(0, part));
            at += part;
        }
    }

    void write(ByteBuffer from, long to) {
        device.makeCurrent();
        int end = from.limit();
        for (long at = to; from.position() < end; ) {
            int part = Math.min(end - from.position(), BLOCK_BYTES);
            bounce.view().slice(0, part).put(from.limit(from.position() + part));
            from.limit(end);
            copy(new DeviceAddress(at), new DeviceAddress(bounce.deviceAddress()), part, "write GPU memory");
            at += part;
        }
    }

    private void copy(DeviceAddress to, DeviceAddress from, long bytes, String operation) {
        CudaCalls.check(cuMemcpyAsync(to, from, bytes, stream), "cuMemcpyAsync", operation);
        await(operation);
    }

    private void await(String operation) {
        CudaCalls.check(cuStreamSynchronize(stream), "cuStreamSynchronize", operation);
    }

    /** Fills with the pattern whose word i is mix(base + i * STEP). */
    void fill(long address, long bytes, long base) {
        device.makeCurrent();
        launchFill(address, bytes, base);
        await("fill GPU memory");
    }

    /** Fills spans, each with the pattern of its own seed, and waits once. */
    void fillAll(List<Span> spans, ToLongFunction<Span> addresses, long[] seeds) {
        device.makeCurrent();
        for (int i = 0; i < spans.size(); i++) {
            Span span = spans.get(i);
            launchFill(addresses.applyAsLong(span), span.lengthBytes(), Pattern.base(seeds[i]));
        }
        await("fill GPU memory");
    }

    /** A launch copies its arguments, so that the next one may follow at once. */
    private void launchFill(long address, long bytes, long base) {
        if (bytes > 0) {
            arguments.set(0, address).set(1, bytes).set(2, base);
            kernels.launch(Kernel.FILL, blocks(bytes), stream, arguments, "fill GPU memory");
        }
    }

    /** Where the first byte is that differs from that pattern, or -1. */
    long firstMismatch(long address, long bytes, long base) {
        if (bytes == 0) {
            return NO_MISMATCH;
        }
        String operation = "check GPU memory";
        device.makeCurrent();
        DeviceAddress word = new DeviceAddress(bounce.deviceAddress());
        // All bits set: the largest place, for a kernel that keeps the lowest.
        bounce.view().putLong(0, NO_MISMATCH);
        copy(scratch, word, Long.BYTES, operation);
        arguments.set(0, address).set(1, bytes).set(2, base).set(3, scratch.value());
        kernels.launch(Kernel.CHECK, blocks(bytes), stream, arguments, operation);
        copy(word, scratch, Long.BYTES, operation);
        return bounce.view().getLong(0);
    }

    /** Puts a row into the table of the next call; {@code index} is below {@link #MOST_ROWS}. */
    private void setRow(int index, long address, long base) {
        bounce.view()
                .putLong(ROWS_AT + index * ROW_BYTES, address)
                .putLong(ROWS_AT + index * ROW_BYTES + Long.BYTES, base);
    }

    /** Fills rows, each with the pattern of its own base. */
    void fillRows(RowSource rows, int count, int rowBytes) {
        device.makeCurrent();
        for (int from = 0; from < count; from += MOST_ROWS) {
            int part = table(rows, from, count);
            arguments.set(0, bounce.deviceAddress() + ROWS_AT).set(1, rowBytes).set(2, part);
            kernels.launch(Kernel.FILL_ROWS, blocksOfRows(part), stream, arguments, "fill GPU memory");
            await("fill GPU memory");
        }
    }

    /** How many bytes are right before the first wrong one, counted through all rows, or -1. */
    long firstMismatchInRows(RowSource rows, int count, int rowBytes) {
        String operation = "check GPU memory";
        device.makeCurrent();
        DeviceAddress word = new DeviceAddress(bounce.deviceAddress());
        for (int from = 0; from < count; from += MOST_ROWS) {
            int part = table(rows, from, count);
            bounce.view().putLong(0, NO_MISMATCH);
            copy(scratch, word, Long.BYTES, operation);
            arguments
                    .set(0, bounce.deviceAddress() + ROWS_AT)
                    .set(1, rowBytes)
                    .set(2, part)
                    .set(3, scratch.value());
            kernels.launch(Kernel.CHECK_ROWS, blocksOfRows(part), stream, arguments, operation);
            copy(word, scratch, Long.BYTES, operation);
            long wrong = bounce.view().getLong(0);
            if (wrong != NO_MISMATCH) {
                return (long) from * rowBytes + wrong;
            }
        }
        return NO_MISMATCH;
    }

    private int table(RowSource rows, int from, int count) {
        int part = Math.min(MOST_ROWS, count - from);
        for (int i = 0; i < part; i++) {
            setRow(i, rows.address(from + i), rows.base(from + i));
        }
        return part;
    }

    private static int blocksOfRows(int rows) {
        int perBlock = Kernel.THREADS / Kernel.LANES;
        return Math.min(MOST_BLOCKS, (rows + perBlock - 1) / perBlock);
    }

    private static int blocks(long bytes) {
        long perBlock = (long) Kernel.THREADS * Long.BYTES;
        return (int) Math.min(MOST_BLOCKS, (bytes + perBlock - 1) / perBlock);
    }

    @Override
    public void close() {
        cuStreamDestroy(stream);
        cuMemFree(scratch);
        bounce.close();
        parameters.close();
    }
}
