// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.PatternRows;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.RegionIds;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Memory of one GPU, moved by the GPU.
 *
 * <p>A request is a few copies of the driver's, or one table and one launch of a kernel that copies and digests in the same
 * pass; each has an event, which {@link #poll} asks. Requests go to several streams in turn, so that the end of one overlaps
 * the beginning of the next; copies over the bus have a stream for each direction, where they wait for nothing but each other.
 * Beyond {@link #MOST_RUNNING} requests wait here. In a steady stream of requests nothing is allocated, neither on the heap nor
 * on the GPU.
 *
 * <p>Adopted blocks of the host are page-locked, and copied from and to at the speed of the bus.
 */
public final class CudaMemory implements Memory {
    /** So many requests are with the GPU at a time. */
    static final int MOST_RUNNING = 64;

    private static final int TRACKS_WITHIN = 4;

    private final CudaDevice device;
    private final Regions regions;
    private final Kernels kernels;
    private final BlockingPool blocking;
    private final List<Track> tracksWithin = new ArrayList<>();
    private final Track toHost;
    private final Track fromHost;
    private final List<Track> tracks;
    private final ArrayDeque<Work> waiting = new ArrayDeque<>();
    private final ArrayDeque<SegmentWork> pool = new ArrayDeque<>();
    private final DeviceAddresses addresses = new DeviceAddresses();
    private int nextTrack;
    private int running;
    private volatile boolean closed;

    /**
     * Memory of a GPU, which belongs to it from now on: closing this closes the device. To be made on the loop's thread,
     * which must be the one that opened the device. Loading the kernels can take a second, the first time on a host.
     *
     * @param ids where the names of its regions come from
     * @throws KvTransferException if the driver refuses; the device is closed
     */
    public CudaMemory(CudaDevice device, RegionIds ids) {
        this.device = Objects.requireNonNull(device, "device");
        this.regions = new Regions(device, ids);
        try {
            kernels = new Kernels();
            blocking = new BlockingPool(device, kernels);
            for (int i = 0; i < TRACKS_WITHIN; i++) {
                tracksWithin.add(new Track());
            }
            toHost = new Track();
            fromHost = new Track();
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
        tracks = new ArrayList<>(tracksWithin);
        tracks.add(toHost);
        tracks.add(fromHost);
    }

    @Override
    public MemoryKind kind() {
        return MemoryKind.CUDA;
    }

    @Override
    public long availableBytes() {
        device.makeCurrent();
        return device.freeBytes();
    }

    @Override
    public Region allocate(long lengthBytes) {
        checkOpen();
        return regions.allocate(lengthBytes);
    }

    /**
     * Takes over a block of the host and page-locks it, so that the GPU reads and writes it by itself.
     *
     * @throws UnsupportedOperationException if the block's address isn't known
     * @throws KvTransferException of kind CAPACITY if the host can't lock so much
     */
    @Override
    public Region adopt(HostRegion block) {
        checkOpen();
        return regions.adopt(block);
    }

    @Override
    public void free(RegionId region) {
        for (Work work : waiting) {
            checkUnused(work.uses(region), region);
        }
        for (Track track : tracks) {
            checkUnused(track.uses(region), region);
        }
        regions.free(region);
    }

    private static void checkUnused(boolean used, RegionId region) {
        if (used) {
            throw new IllegalStateException(region + " is used by a request that has not ended");
        }
    }

    @Override
    public Region region(RegionId id) {
        return regions.region(id);
    }

    @Override
    public void submit(CopyMode mode, SegmentList segments, Completion completion) {
        checkOpen();
        Objects.requireNonNull(completion, "completion");
        regions.check(segments, mode);
        enqueue(SegmentWork.of(this, pool, mode, segments, completion));
    }

    /** Hands work to the GPU, or keeps it until there is room. */
    void enqueue(Work work) {
        if (running < MOST_RUNNING && waiting.isEmpty()) {
            begin(work);
        } else {
            waiting.add(work);
        }
    }

    private void begin(Work work) {
        running++;
        track(work.way()).begin(work);
    }

    private Track track(Way way) {
        return switch (way) {
            case TO_HOST -> toHost;
            case FROM_HOST -> fromHost;
            case WITHIN -> {
                nextTrack = (nextTrack + 1) % TRACKS_WITHIN;
                yield tracksWithin.get(nextTrack);
            }
        };
    }

    @Override
    public int poll(int limit) {
        if (running == 0) {
            return 0;
        }
        int reports = 0;
        for (int i = 0; i < tracks.size(); i++) {
            Track track = tracks.get(i);
            while (reports < limit) {
                Lane ended = track.ended();
                if (ended == null) {
                    break;
                }
                reports++;
                report(track, ended);
            }
        }
        return reports;
    }

    private void report(Track track, Lane ended) {
        Work work = ended.take();
        KvTransferException failure = ended.failure();
        // All is put back first: the completion may submit, free and poll.
        track.recycle(ended);
        running--;
        Completion completion = work.release();
        while (running < MOST_RUNNING && !waiting.isEmpty()) {
            begin(waiting.remove());
        }
        report(completion, failure);
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
        if (host == null) {
            throw new UnsupportedOperationException(
                    span.region() + " is memory of " + device + "; copy it to the host");
        }
        if (span.lengthBytes() > HostRegion.MAX_WINDOW_BYTES) {
            throw new IllegalArgumentException(
                    "a view of " + span.lengthBytes() + " bytes; the longest is " + HostRegion.MAX_WINDOW_BYTES);
        }
        return host.window(span.offsetBytes(), (int) span.lengthBytes());
    }

    @Override
    public void read(Span from, ByteBuffer to) {
        checkLengths(from, to);
        check(from);
        long address = address(from.region()) + from.offsetBytes();
        blocking.run(access -> access.read(address, to));
    }

    @Override
    public void write(ByteBuffer from, Span to) {
        checkLengths(to, from);
        check(to);
        long address = address(to.region()) + to.offsetBytes();
        blocking.run(access -> access.write(from, address));
    }

    private static void checkLengths(Span span, ByteBuffer buffer) {
        if (buffer.remaining() != span.lengthBytes()) {
            throw new IllegalArgumentException(
                    "a buffer with " + buffer.remaining() + " bytes for a span of " + span.lengthBytes());
        }
    }

    /** Waits for the requests that the GPU has; those that wait here are not begun any more. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        device.makeCurrent();
        for (Track track : tracks) {
            track.await();
            for (Lane ended = track.ended(); ended != null; ended = track.ended()) {
                Work work = ended.take();
                KvTransferException failure = ended.failure();
                track.recycle(ended);
                running--;
                report(work.release(), failure);
            }
        }
        for (Work work = waiting.poll(); work != null; work = waiting.poll()) {
            report(
                    work.release(),
                    new KvTransferException(FailureKind.CLOSED, work.operation(), "the memory was closed"));
        }
        try {
            regions.close();
        } finally {
            tracks.forEach(Track::close);
            blocking.close();
            kernels.close();
            device.close();
        }
    }

    void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the memory is closed");
        }
    }

    /** Checks that a span is within a known region, and returns that. */
    Region check(Span span) {
        return regions.check(span.region(), span.offsetBytes(), span.lengthBytes());
    }

    /** Checks rows as {@link #check} does; returns where each begins. */
    long[] addresses(PatternRows rows) {
        return regions.addresses(rows);
    }

    /** Where a region begins, as the GPU knows it. */
    long address(RegionId region) {
        return regions.address(region);
    }

    DeviceAddresses addresses() {
        return addresses;
    }

    Kernels kernels() {
        return kernels;
    }

    BlockingPool blocking() {
        return blocking;
    }
}
