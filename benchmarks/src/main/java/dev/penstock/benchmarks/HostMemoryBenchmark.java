// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks;

import dev.penstock.adapter.host.DirectRegions;
import dev.penstock.adapter.host.HostMemory;
import dev.penstock.adapter.host.HostPagedKvMover;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.PagedChunk;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the CPU does with one 32 MiB chunk: copy, digest, both in one pass, gather and scatter; {@link #plainCopy} is the
 * ceiling. Microseconds a chunk: 1,000 are 31.25 GiB/s, 4,000 are 7.8. Chunks rotate over 512 MiB, so that no cache holds them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class HostMemoryBenchmark implements Completion {
    private static final int LAYERS = 32;
    private static final int TOKENS = 256;
    private static final int ROW_BYTES = 2048;
    private static final long CHUNK = 2L * LAYERS * TOKENS * ROW_BYTES;
    private static final int CHUNKS = 16;

    private final HostMemory memory = new HostMemory(new DirectRegions());
    private final HostPagedKvMover mover = new HostPagedKvMover(memory);
    private final SegmentList segments = new SegmentList(1);
    private final List<PagedPiece> pieces = new ArrayList<>();
    private final long[] digests = new long[1];
    private Region from;
    private Region to;
    private PagedKv cache;
    private int[] slotMapping;
    private int[] blockMapping;
    private int next;
    private boolean done;

    /** Takes the memory and touches it. */
    @Setup(Level.Trial)
    public void allocate() {
        from = memory.allocate(CHUNKS * CHUNK);
        to = memory.allocate(CHUNKS * CHUNK);
        PagedKvLayout layout = new PagedKvLayout(LAYERS, 2, CHUNKS * TOKENS / 16, 16, ROW_BYTES);
        Region paged = memory.allocate(LAYERS * layout.layerBytes());
        List<Span> layers = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            layers.add(paged.span().slice(layer * layout.layerBytes(), layout.layerBytes()));
        }
        cache = new PagedKv(layout, layers);
        List<Integer> slots = new ArrayList<>();
        for (int slot = 0; slot < layout.tokenSlots(); slot++) {
            slots.add(slot);
        }
        Collections.shuffle(slots, new Random(42));
        slotMapping = slots.stream().mapToInt(Integer::intValue).toArray();
        blockMapping = new int[slotMapping.length];
        List<Integer> blocks = new ArrayList<>();
        for (int block = 0; block < layout.blocks(); block++) {
            blocks.add(block);
        }
        Collections.shuffle(blocks, new Random(43));
        for (int token = 0; token < blockMapping.length; token++) {
            blockMapping[token] = blocks.get(token / layout.tokensPerBlock()) * layout.tokensPerBlock()
                    + token % layout.tokensPerBlock();
        }
        Random random = new Random(1);
        for (Region region : List.of(from, to, paged)) {
            ByteBuffer bytes = memory.hostView(region.span());
            for (int at = 0; at < bytes.capacity(); at += 8) {
                bytes.putLong(at, random.nextLong());
            }
        }
    }

    /** Gives the memory back. */
    @TearDown(Level.Trial)
    public void free() {
        memory.close();
    }

    private long offset() {
        next = (next + 1) % CHUNKS;
        return next * CHUNK;
    }

    private long move(CopyMode mode) {
        long offset = offset();
        segments.clear();
        segments.add(from.id(), offset, to.id(), offset, CHUNK, 0);
        memory.submit(mode, segments, this);
        await();
        return segments.digest(0);
    }

    private void await() {
        done = false;
        while (!done) {
            memory.poll(1);
        }
    }

    /** The ceiling: one bulk copy of byte buffers. */
    @Benchmark
    public ByteBuffer plainCopy() {
        int offset = (int) offset();
        ByteBuffer source = memory.hostView(from.span());
        return memory.hostView(to.span()).put(offset, source, offset, (int) CHUNK);
    }

    /** {@link CopyMode#COPY}. */
    @Benchmark
    public long copy() {
        return move(CopyMode.COPY);
    }

    /** {@link CopyMode#COPY_AND_DIGEST}. */
    @Benchmark
    public long copyAndDigest() {
        return move(CopyMode.COPY_AND_DIGEST);
    }

    /** {@link CopyMode#DIGEST}. */
    @Benchmark
    public long digest() {
        return move(CopyMode.DIGEST);
    }

    private void piece(int[] mapping) {
        long offset = offset();
        PagedChunk chunk = new PagedChunk(
                cache, 0, LAYERS, ChunkLayout.LAYERS_FIRST, mapping, (int) (offset / CHUNK) * TOKENS, TOKENS);
        pieces.clear();
        pieces.add(chunk.piece(0, to.span().slice(offset, CHUNK)));
    }

    /** From shuffled slots of a paged cache into dense memory, with the digest. */
    @Benchmark
    public long gather() {
        return gather(slotMapping);
    }

    /** The same from shuffled blocks of 16 tokens, as an inference engine's are. */
    @Benchmark
    public long gatherBlocks() {
        return gather(blockMapping);
    }

    private long gather(int[] mapping) {
        piece(mapping);
        mover.submitGather(pieces, digests, this);
        await();
        return digests[0];
    }

    /** From dense memory to shuffled slots of a paged cache, with the digest. */
    @Benchmark
    public long scatter() {
        piece(slotMapping);
        mover.submitScatter(pieces, digests, this);
        await();
        return digests[0];
    }

    @Override
    public void completed() {
        done = true;
    }

    @Override
    public void failed(KvTransferException failure) {
        throw new IllegalStateException(failure);
    }
}
