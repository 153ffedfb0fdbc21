// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.simulation;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A memory whose requests end late and in any order, as the port allows. A request's bytes are read and written at the end,
 * just before its completion: who looks or changes something earlier gets it wrong.
 */
public final class DelayingMemory implements Memory {
    private final SimulatedProcess process;
    private final SimulatedWorld world;
    private final Memory exact;
    private final PagedKvMover exactMover;
    private final List<Request> requests = new ArrayList<>();

    DelayingMemory(SimulatedProcess process, Memory exact, PagedKvMover exactMover) {
        this.process = process;
        this.world = process.world();
        this.exact = exact;
        this.exactMover = exactMover;
    }

    private interface Start {
        void with(Completion completion);
    }

    private static final class Request {
        final long due;
        final Start start;
        final Completion completion;
        final List<MemoryWatch.Use> uses = new ArrayList<>();
        final List<RegionId> regions = new ArrayList<>();

        Request(long due, Start start, Completion completion) {
            this.due = due;
            this.start = start;
            this.completion = completion;
        }
    }

    /** Whether the exact memory has done the request. */
    private static final class Outcome implements Completion {
        boolean ended;

        @Nullable
        KvTransferException failure;

        @Override
        public void completed() {
            ended = true;
        }

        @Override
        public void failed(KvTransferException cause) {
            ended = true;
            failure = cause;
        }
    }

    @Override
    public void submit(CopyMode mode, SegmentList segments, Completion completion) {
        long bytes = segments.totalBytes();
        int size = segments.size();
        Request request = new Request(
                due(),
                outcome -> {
                    if (segments.size() != size || segments.totalBytes() != bytes) {
                        throw world.violation(process.name() + " changed a list that belonged to the memory");
                    }
                    exact.submit(mode, segments, outcome);
                },
                completion);
        for (int i = 0; i < segments.size(); i++) {
            Span from = new Span(segments.fromRegion(i), segments.fromOffset(i), segments.length(i));
            use(request, from, false, mode + " from");
            if (mode.copies()) {
                use(
                        request,
                        new Span(segments.toRegion(i), segments.toOffset(i), segments.length(i)),
                        true,
                        mode + " to");
            }
        }
        requests.add(request);
    }

    /** The mover that belongs to this memory. */
    public PagedKvMover mover() {
        return new PagedKvMover() {
            @Override
            public void submitGather(List<PagedPiece> pieces, long[] digests, Completion completion) {
                move(pieces, true, outcome -> exactMover.submitGather(pieces, digests, outcome), completion);
            }

            @Override
            public void submitScatter(List<PagedPiece> pieces, long[] digests, Completion completion) {
                move(pieces, false, outcome -> exactMover.submitScatter(pieces, digests, outcome), completion);
            }
        };
    }

    private void move(List<PagedPiece> pieces, boolean gather, Start start, Completion completion) {
        List<PagedPiece> copy = List.copyOf(pieces);
        Request request = new Request(
                due(),
                outcome -> {
                    if (!copy.equals(pieces)) {
                        throw world.violation(process.name() + " changed a list that belonged to the mover");
                    }
                    start.with(outcome);
                },
                completion);
        for (PagedPiece piece : pieces) {
            use(request, piece.dense(), gather, gather ? "gather to" : "scatter from");
            piece.cache().layers().forEach(layer -> request.regions.add(layer.region()));
        }
        requests.add(request);
    }

    private void use(Request request, Span span, boolean writes, String what) {
        SimulatedRegion region = regionOf(span);
        if (writes) {
            process.beforeLocalWrite(region.block(), span.offsetBytes(), span.lengthBytes());
        }
        request.regions.add(span.region());
        request.uses.add(
                world.memoryWatch().begin(process, region, span.offsetBytes(), span.lengthBytes(), writes, what));
    }

    private SimulatedRegion regionOf(Span span) {
        Region region = exact.region(span.region());
        if (span.endBytes() > region.lengthBytes()) {
            throw new IllegalArgumentException(
                    span + " is not within its region of " + region.lengthBytes() + " bytes");
        }
        return SimulatedRegion.of(region);
    }

    private long due() {
        return world.now() + world.upTo(world.faults().memoryDelayNs());
    }

    /** How many requests have not ended. */
    public int requestsUnderWay() {
        return requests.size();
    }

    @Override
    public int poll(int limit) {
        int work = 0;
        while (work < limit) {
            Request request = world.takeAnyDue(requests, of -> of.due);
            if (request == null) {
                break;
            }
            end(request);
            work++;
        }
        return work;
    }

    private void end(Request request) {
        request.uses.forEach(world.memoryWatch()::end);
        if (world.chance(world.faults().memoryFailure())) {
            world.trace(() -> process.name() + ": a request to the memory fails");
            request.completion.failed(
                    new KvTransferException(FailureKind.NATIVE, "move bytes", "the simulation lets it fail"));
            return;
        }
        Outcome outcome = new Outcome();
        request.start.with(outcome);
        while (!outcome.ended) {
            exact.poll(1);
        }
        if (outcome.failure == null) {
            request.completion.completed();
        } else {
            request.completion.failed(outcome.failure);
        }
    }

    @Override
    public MemoryKind kind() {
        return exact.kind();
    }

    @Override
    public long availableBytes() {
        return exact.availableBytes();
    }

    @Override
    public Region allocate(long lengthBytes) {
        return exact.allocate(lengthBytes);
    }

    @Override
    public Region adopt(HostRegion block) {
        return exact.adopt(block);
    }

    @Override
    public void free(RegionId region) {
        for (Request request : requests) {
            if (request.regions.contains(region)) {
                throw new IllegalStateException(region + " is used by a request that has not ended");
            }
        }
        exact.free(region);
    }

    @Override
    public Region region(RegionId id) {
        return exact.region(id);
    }

    @Override
    public ByteBuffer hostView(Span span) {
        return exact.hostView(span);
    }

    @Override
    public void read(Span from, ByteBuffer to) {
        world.memoryWatch()
                .touch(process, regionOf(from).block(), from.offsetBytes(), from.lengthBytes(), false, "read");
        exact.read(from, to);
    }

    @Override
    public void write(ByteBuffer from, Span to) {
        SimulatedBlock block = regionOf(to).block();
        process.beforeLocalWrite(block, to.offsetBytes(), to.lengthBytes());
        world.memoryWatch().touch(process, block, to.offsetBytes(), to.lengthBytes(), true, "write");
        exact.write(from, to);
    }

    /** Closes the exact memory; nothing may be under way any more. */
    @Override
    public void close() {
        if (!requests.isEmpty()) {
            throw world.violation(process.name() + " closes its memory during " + requests.size() + " requests");
        }
        exact.close();
    }
}
