// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The copies and digests of one segment list. */
final class SegmentWork implements Work {
    private static final SegmentList NONE = new SegmentList(1);

    private final HostMemory memory;
    private final ArrayDeque<SegmentWork> pool;
    private CopyMode mode = CopyMode.COPY;
    private SegmentList segments = NONE;
    private @Nullable Completion completion;
    private HostMemory.@Nullable Block from;
    private HostMemory.@Nullable Block to;
    private int index;
    private long done;
    private long digest;

    private SegmentWork(HostMemory memory, ArrayDeque<SegmentWork> pool) {
        this.memory = memory;
        this.pool = pool;
    }

    static SegmentWork of(
            HostMemory memory,
            ArrayDeque<SegmentWork> pool,
            CopyMode mode,
            SegmentList segments,
            Completion completion) {
        SegmentWork work = pool.isEmpty() ? new SegmentWork(memory, pool) : pool.pop();
        work.mode = mode;
        work.segments = segments;
        work.completion = completion;
        work.index = 0;
        work.done = 0;
        work.digest = 0;
        return work;
    }

    @Override
    public boolean ended() {
        return index == segments.size();
    }

    @Override
    public int advance() {
        // A tile is a multiple of the digest's unit, so all tiles but a segment's last one are whole units.
        int tile = (int) Math.min(segments.length(index) - done, TILE_BYTES);
        if (tile > 0) {
            move(tile);
            done += tile;
        }
        if (done == segments.length(index)) {
            if (mode.digests()) {
                segments.setDigest(index, digest);
            }
            index++;
            done = 0;
            digest = 0;
        }
        return tile;
    }

    private void move(int tile) {
        long fromOffset = segments.fromOffset(index) + done;
        HostMemory.Block fromBlock = memory.block(segments.fromRegion(index), from);
        from = fromBlock;
        ByteBuffer source = fromBlock.windows().window(fromOffset);
        int fromIndex = Windows.index(fromOffset);
        long objectOffset = segments.objectOffset(index) + done;
        if (!mode.copies()) {
            digest += ByteLoops.digest(source, fromIndex, tile, objectOffset);
            return;
        }
        long toOffset = segments.toOffset(index) + done;
        HostMemory.Block toBlock = memory.block(segments.toRegion(index), to);
        to = toBlock;
        ByteBuffer target = toBlock.windows().window(toOffset);
        int toIndex = Windows.index(toOffset);
        if (mode.digests()) {
            digest += ByteLoops.copyAndDigest(source, fromIndex, target, toIndex, tile, objectOffset);
        } else {
            ByteLoops.copy(source, fromIndex, target, toIndex, tile);
        }
    }

    @Override
    public boolean uses(RegionId region) {
        return segments.uses(region, mode);
    }

    @Override
    public Completion release() {
        Completion told = Objects.requireNonNull(completion);
        completion = null;
        segments = NONE;
        from = null;
        to = null;
        pool.push(this);
        return told;
    }
}
