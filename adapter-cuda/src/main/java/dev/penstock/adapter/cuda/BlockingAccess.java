// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemcpyAsync;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import dev.penstock.ports.memory.Pattern;
import java.nio.ByteBuffer;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;

/**
 * What waits for the GPU: reads, writes and patterns, on a stream of their own and through a small page-locked block, so
 * that a buffer may be of any kind. One thread at a time: {@link BlockingPool}.
 */
final class BlockingAccess implements AutoCloseable {
    private static final int BLOCK_BYTES = 4 << 20;
    private static final long NO_MISMATCH = -1;

    /** A table lies behind a word for the result; four words a tile: PatternTile in native/kernels/pattern.cuh. */
    private static final int TABLE_AT = 32;

    private static final int ENTRY_BYTES = 4 * Long.BYTES;
    private static final int MOST_TILES = 64 << 10;
    /** What one warp does of a longer row: little enough that a few long rows keep a GPU busy. */
    private static final long TILE_BYTES = 64 << 10;

    /** Enough blocks to fill the largest GPU; each goes through its words in strides. */
    private static final int MOST_BLOCKS = 4096;

    /** Rows to fill or check. */
    interface RowSource {
        int count();

        long bytes(int row);

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
    /** How far the rows at hand have been put into tables. */
    private int nextRow;

    private long nextByte;

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
        if (bytes > 0) {
            arguments.set(0, address).set(1, bytes).set(2, base);
            kernels.launch(Kernel.FILL, blocks(bytes), stream, arguments, "fill GPU memory");
            await("fill GPU memory");
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

    /** Fills rows, each with the pattern of its own base. */
    void fillRows(RowSource rows) {
        device.makeCurrent();
        beginRows();
        for (int tiles = nextTable(rows); tiles > 0; tiles = nextTable(rows)) {
            arguments.set(0, bounce.deviceAddress() + TABLE_AT).set(1, tiles);
            kernels.launch(Kernel.FILL_ROWS, blocksOfTiles(tiles), stream, arguments, "fill GPU memory");
            await("fill GPU memory");
        }
    }

    /** The first row in which a byte differs from its pattern, or -1. */
    int firstWrongRow(RowSource rows) {
        String operation = "check GPU memory";
        device.makeCurrent();
        DeviceAddress word = new DeviceAddress(bounce.deviceAddress());
        beginRows();
        for (int tiles = nextTable(rows); tiles > 0; tiles = nextTable(rows)) {
            bounce.view().putLong(0, NO_MISMATCH);
            copy(scratch, word, Long.BYTES, operation);
            arguments.set(0, bounce.deviceAddress() + TABLE_AT).set(1, tiles).set(2, scratch.value());
            kernels.launch(Kernel.CHECK_ROWS, blocksOfTiles(tiles), stream, arguments, operation);
            copy(word, scratch, Long.BYTES, operation);
            long wrong = bounce.view().getLong(0);
            if (wrong != NO_MISMATCH) {
                return (int) wrong;
            }
        }
        return (int) NO_MISMATCH;
    }

    private void beginRows() {
        nextRow = 0;
        nextByte = 0;
    }

    /** Writes the next tiles into the table; returns how many there are. */
    private int nextTable(RowSource rows) {
        int tiles = 0;
        while (tiles < MOST_TILES && nextRow < rows.count()) {
            long left = rows.bytes(nextRow) - nextByte;
            long bytes = Math.min(left, TILE_BYTES);
            int at = TABLE_AT + tiles * ENTRY_BYTES;
            bounce.view()
                    .putLong(at, rows.address(nextRow) + nextByte)
                    .putLong(at + 8, rows.base(nextRow) + nextByte / Long.BYTES * Pattern.STEP)
                    .putLong(at + 16, bytes)
                    .putLong(at + 24, nextRow);
            tiles++;
            nextByte += bytes;
            if (bytes == left) {
                nextRow++;
                nextByte = 0;
            }
        }
        return tiles;
    }

    private static int blocksOfTiles(int tiles) {
        int perBlock = Kernel.THREADS / Kernel.LANES;
        return Math.min(MOST_BLOCKS, (tiles + perBlock - 1) / perBlock);
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
