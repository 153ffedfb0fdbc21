// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.pipe;

import dev.penstock.app.program.ObjectHeader;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.program.RoomFiller;
import dev.penstock.app.program.RoundAcks;
import dev.penstock.app.program.SenderPart;
import dev.penstock.app.program.SimulatedWork;
import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.report.Figure;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.pipe.PipeSender;
import dev.penstock.domain.pipe.Reservation;
import dev.penstock.domain.session.Session;
import dev.penstock.ports.memory.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Makes each object in the ring itself: reserves room for it, writes it there, and lets it go. */
final class FillingSender implements SenderPart {
    /** While some objects are written, room for the next ones is found. */
    private static final int RESERVED_AHEAD = 32;

    private final RoleContext context;
    private final Sizes sizes;
    private final boolean simulateWork;
    private @Nullable Span window;
    private @Nullable PipeSender pipe;

    FillingSender(RoleContext context, boolean simulateWork) {
        this.context = context;
        this.sizes = context.sizes();
        this.simulateWork = simulateWork;
    }

    @Override
    public void allocate() {
        window = context.allocate("room for plain copies", sizes.windowBytes()).span();
    }

    @Override
    public void opened(Session session) {
        pipe = session.sender().orElseThrow();
    }

    @Override
    public void prepare(int round) {
        // Objects are made in the timed part: making them is this program's way of sending.
    }

    @Override
    public Map<Figure, Long> run(int round) {
        RoundAcks acks = new RoundAcks(sizes.objects());
        ArrayDeque<CompletableFuture<Reservation>> reserved = new ArrayDeque<>();
        long started = System.nanoTime();
        long slept = 0;
        try (RoomFiller filler = new RoomFiller(context)) {
            int next = 0;
            while (next < sizes.objects()) {
                if (simulateWork && SimulatedWork.isSendersTurn(next)) {
                    slept += SimulatedWork.ofSender(context.interruption());
                }
                while (reserved.size() < RESERVED_AHEAD && next + reserved.size() < sizes.objects()) {
                    reserved.add(reserve(round, next + reserved.size(), acks));
                }
                context.patience().await(reserved.element(), () -> {});
                List<Reservation> rooms = ready(reserved, next);
                for (int i = 0; i < rooms.size(); i++) {
                    reserved.remove();
                }
                filler.fill(rooms, round, next);
                next += rooms.size();
            }
            long ended = context.patience()
                    .await(
                            acks.done(),
                            () -> context.progress(round, acks.count() * sizes.objectBytes(), sizes.roundBytes()));
            return times(ended - started, slept, filler.workedNs());
        } finally {
            context.node().loop().execute(() -> reserved.forEach(FillingSender::abandon));
        }
    }

    /**
     * The rooms that were found, up to the object before which the sender works on something else.
     */
    private List<Reservation> ready(ArrayDeque<CompletableFuture<Reservation>> reserved, int first) {
        List<Reservation> rooms = new ArrayList<>();
        for (CompletableFuture<Reservation> room : reserved) {
            boolean turn = simulateWork && !rooms.isEmpty() && SimulatedWork.isSendersTurn(first + rooms.size());
            if (turn || !room.isDone() || room.isCompletedExceptionally()) {
                break;
            }
            rooms.add(room.join());
        }
        return rooms;
    }

    private Map<Figure, Long> times(long round, long slept, long filled) {
        Map<Figure, Long> times = new EnumMap<>(Figure.class);
        times.put(Figure.SENDER, round - slept);
        times.put(Figure.DELIVERED, round - slept);
        if (simulateWork) {
            times.put(Figure.WALL, round);
            times.put(Figure.WORK, slept + filled);
        }
        return times;
    }

    private CompletableFuture<Reservation> reserve(int round, int index, RoundAcks acks) {
        CompletableFuture<Reservation> room = new CompletableFuture<>();
        byte[] header = new ObjectHeader(round, index).encode();
        acks.onFailure(room::completeExceptionally);
        context.node()
                .loop()
                .submit(() -> Objects.requireNonNull(pipe).reserve(header, sizes.objectBytes(), room::complete, acks))
                .whenComplete((queued, thrown) -> {
                    if (thrown != null) {
                        room.completeExceptionally(thrown);
                    } else if (!queued) {
                        room.completeExceptionally(
                                new IllegalStateException("the queue takes fewer objects than a round has"));
                    }
                });
        return room;
    }

    /** After a failure: nobody will write there, which whoever closes the session must know. */
    private static void abandon(CompletableFuture<Reservation> room) {
        if (room.isDone() && !room.isCompletedExceptionally()) {
            room.join().abandon();
        }
    }

    @Override
    public RawCopy rawCopy() {
        Span slots = Objects.requireNonNull(window);
        return new RawCopy(context.node().ports().memory(), context.node().pattern(), slots, slots);
    }
}
