// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.simulation;

import dev.penstock.domain.pipe.LinkListener;
import dev.penstock.domain.pipe.LinkReport;
import dev.penstock.domain.pipe.PipeSender;
import dev.penstock.domain.pipe.Reservation;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.domain.session.Session;
import dev.penstock.domain.wire.Alignment;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.PagedChunk;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.simulation.MemoryWatch;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Sends a node's objects, from all kinds of sources, in bursts; overwrites every source as soon as it may. */
final class SendingApp {
    private final SimulatedNode node;
    private final Random random;
    private final int maxObjectBytes;
    private int left;
    private long nextBurst;
    private int leftInBurst;
    private @Nullable Attempt rejected;
    private final List<OpenReservation> reservations = new ArrayList<>();
    private final ArrayDeque<SentObject> sent = new ArrayDeque<>();
    int backPressure;
    private @Nullable Session considered;
    /** Measurements of links that nobody was told the end of. */
    private int measuring;

    /** An object that was made and could not be queued yet. */
    private record Attempt(SentObject object, @Nullable SendSource source) {}

    private final class LinkLog implements LinkListener {
        private boolean told;

        @Override
        public void measured(LinkReport report) {
            end();
            if (report.roundTripNs() <= 0 || (report.bytes() > 0) == report.sharesMemory()) {
                throw new AssertionError("a link of " + report);
            }
        }

        @Override
        public void failed(KvTransferException cause) {
            end();
        }

        private void end() {
            if (told) {
                throw new AssertionError("told of a link twice");
            }
            told = true;
            measuring--;
        }
    }

    private record OpenReservation(Reservation reservation, SentObject object, MemoryWatch.Use use, long due) {}

    SendingApp(SimulatedNode node, int objects, int maxObjectBytes) {
        this.node = node;
        this.random = node.world().random();
        this.left = objects;
        this.maxObjectBytes = maxObjectBytes;
    }

    boolean done() {
        while (!sent.isEmpty() && sent.peek().settled()) {
            sent.remove();
        }
        return left == 0 && rejected == null && sent.isEmpty() && reservations.isEmpty() && measuring == 0;
    }

    /** Nothing more is begun. */
    void stop() {
        left = 0;
        if (rejected != null) {
            rejected.object().onRelease.forEach(Runnable::run);
            rejected = null;
        }
    }

    int step(@Nullable Session session) {
        int work = finishReservations();
        if (session == null
                || session.state() != Session.State.OPEN
                || session.sender().isEmpty()) {
            return work;
        }
        PipeSender pipe = session.sender().get();
        boolean opened = considered != session;
        considered = session;
        if (pipe.failure() == null && measuring == 0 && pipe.idle() && random.nextInt(opened ? 3 : 200) == 0) {
            measuring++;
            pipe.measureLink(node.world().clock(), new LinkLog());
        }
        while (work < 10 && pipe.failure() == null && next() && queue(pipe)) {
            work++;
        }
        return work;
    }

    private boolean next() {
        if (rejected != null) {
            return true;
        }
        if (left == 0 || node.now() < nextBurst) {
            return false;
        }
        if (leftInBurst == 0) {
            leftInBurst = 1 + random.nextInt(random.nextBoolean() ? 3 : 30);
            nextBurst = node.now() + random.nextLong(500_000);
            return next();
        }
        leftInBurst--;
        left--;
        rejected = make();
        return true;
    }

    private Attempt make() {
        int length = random.nextInt(10) == 0 ? 0 : random.nextInt(1 + (maxObjectBytes >> random.nextInt(8)));
        int rowBytes = random.nextBoolean() ? 1 : 8 * (1 + random.nextInt(40));
        length = length / rowBytes * rowBytes;
        return switch (random.nextInt(5)) {
            case 0, 1 -> copied(node.newObject(length), rowBytes);
            case 2 -> registered(node.newObject(length), rowBytes);
            case 3 -> gathered(length);
            default -> new Attempt(node.newObject(length), null);
        };
    }

    /** Dense objects may have rows too, which their sender knows of or not. */
    private int granularity(SentObject object, int rowBytes) {
        if (object.lengthBytes == 0 || rowBytes == 1) {
            return RingGeometry.ALIGNMENT;
        }
        int tokens = object.lengthBytes / rowBytes;
        object.rows = new PagedChunk(
                new PagedKv(
                        new PagedKvLayout(1, 1, 1, tokens, rowBytes),
                        List.of(new Span(new RegionId(1), 0, object.lengthBytes))),
                0,
                1,
                ChunkLayout.LAYERS_FIRST,
                new int[tokens],
                0,
                tokens);
        object.rowsStayWhole = random.nextBoolean();
        return object.rowsStayWhole ? (int) Alignment.leastCommonMultiple(rowBytes) : RingGeometry.ALIGNMENT;
    }

    private Attempt copied(SentObject object, int rowBytes) {
        long granularity = granularity(object, rowBytes);
        Region region = node.memory().allocate(Math.max(1, object.lengthBytes));
        Span span = region.span().slice(0, object.lengthBytes);
        node.memory().write(ByteBuffer.wrap(Contents.of(object.number, object.lengthBytes)), span);
        object.onRelease.add(() -> {
            overwrite(span);
            node.memory().free(region.id());
        });
        return new Attempt(object, new SendSource.Copied(span, granularity));
    }

    /** In up to three pieces, which lie in memory in any order. */
    private Attempt registered(SentObject object, int rowBytes) {
        int granularity = granularity(object, rowBytes);
        Region region = node.memory().allocate(object.lengthBytes + 256 * 4);
        node.transport().register(region);
        byte[] bytes = Contents.of(object.number, object.lengthBytes);
        List<Integer> cuts = new ArrayList<>(List.of(0, object.lengthBytes));
        for (int i = random.nextInt(3); i > 0; i--) {
            cuts.add(random.nextInt(object.lengthBytes + 1) / granularity * granularity);
        }
        Collections.sort(cuts);
        List<Span> pieces = new ArrayList<>();
        int end = (int) region.lengthBytes();
        for (int i = 0; i + 1 < cuts.size(); i++) {
            int from = cuts.get(i);
            int length = cuts.get(i + 1) - from;
            if (length > 0 || object.lengthBytes == 0) {
                end -= length;
                Span piece = new Span(region.id(), end, length);
                node.memory().write(ByteBuffer.wrap(bytes, from, length), piece);
                pieces.add(piece);
                if (length == 0) {
                    break;
                }
            }
        }
        object.onRelease.add(() -> {
            overwrite(region.span());
            node.transport().deregister(region.id());
            node.memory().free(region.id());
        });
        return new Attempt(object, new SendSource.Registered(pieces, granularity));
    }

    private Attempt gathered(int wantedLength) {
        int rowBytes = 8 * (1 + random.nextInt(random.nextBoolean() ? 8 : 64));
        int layers = 1 + random.nextInt(2);
        int planes = 1 + random.nextInt(2);
        int tokens = Math.max(1, wantedLength / (rowBytes * layers * planes));
        PagedChunk chunk = newCache(layers, planes, tokens, rowBytes);
        SentObject object = node.newObject((int) chunk.lengthBytes());
        object.rows = chunk;
        object.rowsStayWhole = true;
        byte[] bytes = Contents.of(object.number, object.lengthBytes);
        PagedRows.each(
                chunk, (row, place) -> node.memory().write(ByteBuffer.wrap(bytes, row * rowBytes, rowBytes), place));
        object.onRelease.add(() -> {
            chunk.cache().layers().forEach(this::overwrite);
            node.memory().free(chunk.cache().layers().get(0).region());
        });
        return new Attempt(object, new SendSource.Gathered(chunk));
    }

    private PagedChunk newCache(int layers, int planes, int tokens, int rowBytes) {
        return PagedRows.allocate(
                node.memory(),
                random,
                new PagedKvLayout(layers, planes, 1 + tokens / 4 + random.nextInt(3), 4, rowBytes),
                random.nextBoolean() ? ChunkLayout.LAYERS_FIRST : ChunkLayout.PLANES_FIRST,
                tokens);
    }

    /** Sources that were released are somebody else's: their old contents must not matter. */
    private void overwrite(Span span) {
        byte[] other = new byte[(int) span.lengthBytes()];
        Arrays.fill(other, (byte) 0x55);
        node.memory().write(ByteBuffer.wrap(other), span);
    }

    /** Tries to queue what was made; false if that is to be tried again. */
    private boolean queue(PipeSender pipe) {
        Attempt attempt = Objects.requireNonNull(rejected);
        SentObject object = attempt.object();
        boolean queued;
        try {
            queued = attempt.source() == null
                    ? pipe.reserve(
                            Contents.header(object.number),
                            object.lengthBytes,
                            reservation -> ready(reservation, object),
                            object)
                    : pipe.send(Contents.header(object.number), attempt.source(), object);
        } catch (IllegalArgumentException tooLarge) {
            // A reservation that doesn't fit, or rows that don't: nothing was queued, and the source is ours.
            rejected = null;
            node.forget(object);
            object.onRelease.forEach(Runnable::run);
            return true;
        } catch (KvTransferException failed) {
            return false;
        }
        if (!queued) {
            backPressure++;
            return false;
        }
        node.trace(() -> object + ": queued from " + attempt.source());
        object.queued = true;
        sent.add(object);
        rejected = null;
        return true;
    }

    private void ready(Reservation reservation, SentObject object) {
        node.trace(() -> object + ": reserved " + reservation.span());
        MemoryWatch.Use use =
                node.world().memoryWatch().beginWrite(node.process(), node.memory(), reservation.span(), "reservation");
        OpenReservation opened = new OpenReservation(reservation, object, use, node.now() + random.nextLong(300_000));
        if (random.nextInt(3) == 0) {
            finish(opened);
        } else {
            reservations.add(opened);
        }
    }

    /** Owners may finish their reservations at any time on the loop's thread: in a callback too. */
    void calledBack() {
        if (!reservations.isEmpty() && random.nextInt(4) == 0) {
            finish(reservations.remove(random.nextInt(reservations.size())));
        }
    }

    private int finishReservations() {
        int work = 0;
        for (int i = reservations.size() - 1; i >= 0; i--) {
            if (i < reservations.size() && reservations.get(i).due() <= node.now()) {
                finish(reservations.remove(i));
                work++;
            }
        }
        return work;
    }

    private void finish(OpenReservation opened) {
        SentObject object = opened.object();
        node.world().memoryWatch().end(opened.use());
        if (random.nextInt(6) == 0) {
            node.trace(() -> object + ": abandoned");
            object.abandoned = true;
            opened.reservation().abandon();
        } else {
            node.memory()
                    .write(
                            ByteBuffer.wrap(Contents.of(object.number, object.lengthBytes)),
                            opened.reservation().span());
            opened.reservation().commit();
        }
    }
}
