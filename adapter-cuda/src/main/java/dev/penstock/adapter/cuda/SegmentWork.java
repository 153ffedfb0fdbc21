// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import static jcuda.driver.JCudaDriver.cuMemcpyAsync;

import dev.penstock.ports.Digest;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The copies and digests of one segment list: a few copies of the driver's, or one launch for all of it. */
final class SegmentWork implements Work {
    /** Up to so many plain copies go to the driver one by one, which takes any alignment and any kind of memory at full speed. */
    private static final int MOST_DRIVER_COPIES = 4;

    /** SEGMENT_TILE_BYTES and the words of Segment in native/kernels/segments.cuh. */
    static final int TILE_BYTES = 32 << 10;

    private static final int SEGMENT_WORDS = 5;
    private static final SegmentList NONE = new SegmentList(1);

    private final CudaMemory memory;
    private final ArrayDeque<SegmentWork> pool;
    private CopyMode mode = CopyMode.COPY;
    private SegmentList segments = NONE;
    private @Nullable Completion completion;
    private boolean launched;

    private SegmentWork(CudaMemory memory, ArrayDeque<SegmentWork> pool) {
        this.memory = memory;
        this.pool = pool;
    }

    static SegmentWork of(
            CudaMemory memory,
            ArrayDeque<SegmentWork> pool,
            CopyMode mode,
            SegmentList segments,
            Completion completion) {
        SegmentWork work = pool.isEmpty() ? new SegmentWork(memory, pool) : pool.pop();
        work.mode = mode;
        work.segments = segments;
        work.completion = completion;
        return work;
    }

    @Override
    public String operation() {
        return "copy or digest GPU memory";
    }

    @Override
    public Way way() {
        if (segments.size() == 0 || !isDriverCopy()) {
            return Way.WITHIN;
        }
        boolean fromHost = memory.region(segments.fromRegion(0)).kind() == MemoryKind.HOST;
        boolean toHost = memory.region(segments.toRegion(0)).kind() == MemoryKind.HOST;
        if (fromHost == toHost) {
            return Way.WITHIN;
        }
        return toHost ? Way.TO_HOST : Way.FROM_HOST;
    }

    private boolean isDriverCopy() {
        return !mode.digests() && segments.size() <= MOST_DRIVER_COPIES;
    }

    @Override
    public boolean begin(Lane lane) {
        launched = false;
        if (segments.totalBytes() == 0) {
            return false;
        }
        if (isDriverCopy()) {
            copy(lane);
        } else {
            launch(lane);
        }
        return true;
    }

    private void copy(Lane lane) {
        for (int i = 0; i < segments.size(); i++) {
            if (segments.length(i) > 0) {
                CudaCalls.check(
                        cuMemcpyAsync(
                                memory.addresses().of(to(i)),
                                memory.addresses().of(from(i)),
                                segments.length(i),
                                lane.stream()),
                        "cuMemcpyAsync",
                        operation());
            }
        }
    }

    private void launch(Lane lane) {
        int count = segments.size();
        int words = count * SEGMENT_WORDS;
        ByteBuffer table = lane.table(words + count);
        long tiles = 0;
        int at = Lane.TABLE_BYTES;
        RegionId from = segments.fromRegion(0);
        RegionId to = segments.toRegion(0);
        long fromAddress = memory.address(from);
        long toAddress = mode.copies() ? memory.address(to) : 0;
        for (int i = 0; i < count; i++) {
            // Of many small segments all have the same regions, as a rule: these are looked up once.
            if (!segments.fromRegion(i).equals(from)) {
                from = segments.fromRegion(i);
                fromAddress = memory.address(from);
            }
            if (mode.copies() && !segments.toRegion(i).equals(to)) {
                to = segments.toRegion(i);
                toAddress = memory.address(to);
            }
            table.putLong(at, fromAddress + segments.fromOffset(i));
            table.putLong(at + 8, mode.copies() ? toAddress + segments.toOffset(i) : 0);
            table.putLong(at + 16, segments.length(i));
            table.putLong(at + 24, segments.objectOffset(i) / Digest.UNIT_BYTES);
            table.putLong(at + 32, tiles);
            at += SEGMENT_WORDS * Long.BYTES;
            tiles += (segments.length(i) + TILE_BYTES - 1) / TILE_BYTES;
        }
        lane.launch(memory.kernels(), kernel(), words, count, tiles, operation());
        launched = true;
    }

    private Kernel kernel() {
        if (!mode.digests()) {
            return Kernel.COPY;
        }
        return mode.copies() ? Kernel.COPY_DIGEST : Kernel.DIGEST;
    }

    private long from(int index) {
        return memory.address(segments.fromRegion(index)) + segments.fromOffset(index);
    }

    private long to(int index) {
        return memory.address(segments.toRegion(index)) + segments.toOffset(index);
    }

    @Override
    public void end(Lane lane) {
        if (mode.digests()) {
            int results = segments.size() * SEGMENT_WORDS;
            for (int i = 0; i < segments.size(); i++) {
                segments.setDigest(i, launched ? lane.word(results + i) : 0);
            }
        }
    }

    @Override
    public boolean uses(RegionId region) {
        return segments.uses(region, mode);
    }

    @Override
    public Completion release() {
        Completion told = Objects.requireNonNull(completion, "completion");
        completion = null;
        segments = NONE;
        pool.push(this);
        return told;
    }
}
