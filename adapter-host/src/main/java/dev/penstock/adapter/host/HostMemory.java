// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.HostRegions;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.RegionIds;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Memory of the host, moved by the CPU of the thread that polls.
 *
 * <p>Requests are carried out one after the other, in the order in which they were submitted. One {@link #poll} moves about
 * {@link #POLL_BYTES}, so that an event loop comes back to its other work within a fraction of a millisecond. In a steady
 * stream of requests nothing is allocated.
 */
public final class HostMemory implements Memory {
    /** About how many bytes one {@link #poll} moves at most. */
    public static final int POLL_BYTES = 1 << 20;

    /** What a step costs at least, as a number of bytes, so that a poll is bounded for lists of tiny segments too. */
    private static final int STEP_BYTES = 256;

    private final HostRegions source;
    private final Map<RegionId, Block> blocks = new ConcurrentHashMap<>();
    private final ArrayDeque<Work> queue = new ArrayDeque<>();
    private final ArrayDeque<SegmentWork> pool = new ArrayDeque<>();
    private final RegionIds ids;
    private volatile boolean closed;

    /** Memory that takes its regions from {@code source}, for a node that has no other memory. */
    public HostMemory(HostRegions source) {
        this(source, new RegionIds());
    }

    /** Memory that takes its regions from {@code source} and their names from {@code ids}. */
    public HostMemory(HostRegions source, RegionIds ids) {
        this.source = Objects.requireNonNull(source, "source");
        this.ids = Objects.requireNonNull(ids, "ids");
    }

    record Block(Region region, HostRegion host, Windows windows) {}

    @Override
    public MemoryKind kind() {
        return MemoryKind.HOST;
    }

    @Override
    public long availableBytes() {
        return source.availableBytes();
    }

    @Override
    public Region allocate(long lengthBytes) {
        checkOpen();
        if (lengthBytes <= 0) {
            throw new IllegalArgumentException("a region has a positive length, not " + lengthBytes);
        }
        return adopt(source.allocate(lengthBytes));
    }

    @Override
    public Region adopt(HostRegion block) {
        checkOpen();
        RegionId id = ids.next();
        Region region = new Region(id, MemoryKind.HOST, 0, block.nativeAddress(), block.lengthBytes(), block);
        blocks.put(id, new Block(region, block, new Windows(block)));
        return region;
    }

    @Override
    public void free(RegionId region) {
        for (Work work : queue) {
            if (work.uses(region)) {
                throw new IllegalStateException(region + " is used by a request that has not ended");
            }
        }
        Block block = blocks.remove(region);
        if (block != null) {
            block.host().close();
        }
    }

    @Override
    public Region region(RegionId id) {
        return block(id).region();
    }

    @Override
    public void submit(CopyMode mode, SegmentList segments, Completion completion) {
        checkOpen();
        Objects.requireNonNull(completion, "completion");
        Block from = null;
        Block to = null;
        for (int i = 0; i < segments.size(); i++) {
            long length = segments.length(i);
            from = block(segments.fromRegion(i), from);
            check(from, segments.fromOffset(i), length);
            if (mode.copies()) {
                to = block(segments.toRegion(i), to);
                check(to, segments.toOffset(i), length);
                segments.requireApart(i);
            }
        }
        queue.add(SegmentWork.of(this, pool, mode, segments, completion));
    }

    @Override
    public int poll(int limit) {
        int steps = 0;
        int reports = 0;
        int moved = 0;
        while (moved < POLL_BYTES && reports < limit) {
            Work work = queue.peek();
            if (work == null) {
                break;
            }
            steps++;
            KvTransferException failure = null;
            if (!work.ended()) {
                try {
                    moved += Math.max(STEP_BYTES, work.advance());
                } catch (RuntimeException e) {
                    failure = refused(e);
                }
            }
            if (failure != null || work.ended()) {
                // Out of the queue first: the completion may submit, free and poll.
                queue.remove();
                reports++;
                report(work.release(), failure);
            }
        }
        return steps;
    }

    /** An adopted block may refuse an access: it is read-only, or its owner closed it. One request fails, the rest goes on. */
    private static KvTransferException refused(RuntimeException cause) {
        return new KvTransferException(
                FailureKind.NATIVE,
                "move bytes of host memory",
                "a region of the request could not be accessed: " + cause,
                cause);
    }

    private static void report(Completion completion, @Nullable KvTransferException failure) {
        if (failure == null) {
            completion.completed();
        } else {
            completion.failed(failure);
        }
    }

    @Override
    public ByteBuffer hostView(Span span) {
        HostRegion host = check(span).host();
        if (span.lengthBytes() > HostRegion.MAX_WINDOW_BYTES) {
            throw new IllegalArgumentException(
                    "a view of " + span.lengthBytes() + " bytes; the longest is " + HostRegion.MAX_WINDOW_BYTES);
        }
        return host.window(span.offsetBytes(), (int) span.lengthBytes());
    }

    @Override
    public void read(Span from, ByteBuffer to) {
        checkLengths(from, to);
        HostRegion host = check(from).host();
        for (long at = from.offsetBytes(); to.hasRemaining(); ) {
            int part = Math.min(to.remaining(), HostRegion.MAX_WINDOW_BYTES);
            to.put(host.window(at, part));
            at += part;
        }
    }

    @Override
    public void write(ByteBuffer from, Span to) {
        checkLengths(to, from);
        HostRegion host = check(to).host();
        int end = from.limit();
        for (long at = to.offsetBytes(); from.position() < end; ) {
            int part = Math.min(end - from.position(), HostRegion.MAX_WINDOW_BYTES);
            host.window(at, part).put(from.limit(from.position() + part));
            from.limit(end);
            at += part;
        }
    }

    private static void checkLengths(Span span, ByteBuffer buffer) {
        if (buffer.remaining() != span.lengthBytes()) {
            throw new IllegalArgumentException(
                    "a buffer with " + buffer.remaining() + " bytes for a span of " + span.lengthBytes());
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (Work work = queue.poll(); work != null; work = queue.poll()) {
            work.release()
                    .failed(new KvTransferException(
                            FailureKind.CLOSED, "move bytes of host memory", "the memory was closed"));
        }
        RuntimeException failure = null;
        for (Block block : blocks.values()) {
            try {
                block.host().close();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        blocks.clear();
        if (failure != null) {
            throw failure;
        }
    }

    /** Appends work behind what is queued already. */
    void enqueue(Work work) {
        queue.add(work);
    }

    void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the memory is closed");
        }
    }

    Windows windows(RegionId region) {
        return block(region).windows();
    }

    /** Checks that a span is within a known region. */
    Block check(Span span) {
        Block block = block(span.region());
        check(block, span.offsetBytes(), span.lengthBytes());
        return block;
    }

    private static void check(Block block, long offsetBytes, long lengthBytes) {
        long size = block.region().lengthBytes();
        // Written so that the sum of two large numbers can't wrap around.
        if (offsetBytes > size || lengthBytes > size - offsetBytes) {
            throw new IllegalArgumentException(lengthBytes + " bytes at " + offsetBytes + " of "
                    + block.region().id() + ", which has " + size);
        }
    }

    /** The block of a region: most often that of the segment before, which need not be looked up then. */
    Block block(RegionId id, @Nullable Block before) {
        return before != null && before.region().id().equals(id) ? before : block(id);
    }

    private Block block(RegionId id) {
        Block block = blocks.get(Objects.requireNonNull(id, "id"));
        if (block == null) {
            throw new IllegalArgumentException("there is no " + id);
        }
        return block;
    }
}
