// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.channel;

import dev.penstock.app.program.ObjectKeys;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.program.RoomFiller;
import dev.penstock.app.program.SenderPart;
import dev.penstock.app.program.SimulatedWork;
import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.report.Figure;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.channel.BatchListener;
import dev.penstock.domain.channel.SendChannel;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.Reservation;
import dev.penstock.domain.session.Session;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sends batches: announces their keys, makes each object in the ring when there is room for it, and lets it go. The next
 * batch is announced when the last object of one is made, while those before it are on their way.
 */
final class BatchingSender implements SenderPart {
    private final RoleContext context;
    private final Sizes sizes;
    private final int batchSize;
    private final boolean simulateWorkload;
    private final ObjectKeys keys;
    private @Nullable Span window;
    private @Nullable SendChannel channel;

    BatchingSender(RoleContext context, int batchSize, boolean simulateWorkload) {
        this.context = context;
        this.sizes = context.sizes();
        this.batchSize = batchSize;
        this.simulateWorkload = simulateWorkload;
        this.keys = new ObjectKeys(context.id(), sizes);
    }

    @Override
    public void allocate() {
        window = context.allocate("room for plain copies", sizes.windowBytes()).span();
    }

    @Override
    public void opened(Session session) {
        channel = new SendChannel(session.sender().orElseThrow());
    }

    @Override
    public void prepare(int round) {
        // Objects are made in the timed part: making them is this program's way of sending.
    }

    @Override
    public Map<Figure, Long> run(int round) {
        List<CompletableFuture<Long>> batches = new ArrayList<>();
        long started = System.nanoTime();
        long slept = 0;
        try (RoomFiller filler = new RoomFiller(context)) {
            for (int first = 0; first < sizes.objects(); first += batchSize) {
                if (simulateWorkload && first > 0) {
                    slept += SimulatedWork.ofSender(context.interruption());
                }
                batches.add(batch(filler, round, first, Math.min(sizes.objects(), first + batchSize)));
            }
        }
        long ended = started;
        for (int i = 0; i < batches.size(); i++) {
            int acknowledged = Math.min(sizes.objects(), i * batchSize);
            ended = context.patience()
                    .await(
                            batches.get(i),
                            () -> context.progress(round, acknowledged * sizes.objectBytes(), sizes.roundBytes()));
        }
        Map<Figure, Long> times = new EnumMap<>(Figure.class);
        times.put(Figure.SENDER, ended - started - slept);
        times.put(Figure.DELIVERED, ended - started - slept);
        if (simulateWorkload) {
            times.put(Figure.WALL, ended - started);
        }
        return times;
    }

    /** Announces a batch and makes its objects. Returns what tells when the receiver owns all of them. */
    private CompletableFuture<Long> batch(RoomFiller filler, int round, int first, int end) {
        List<ObjectMeta> metas = new ArrayList<>(end - first);
        for (int index = first; index < end; index++) {
            metas.add(keys.meta(round, index));
        }
        CompletableFuture<Long> acknowledged = new CompletableFuture<>();
        Rooms rooms = new Rooms(acknowledged);
        context.node().call("announce a batch", () -> {
            boolean queued = Objects.requireNonNull(channel).writeBatch(metas, (meta, room) -> rooms.add(room), rooms);
            if (!queued) {
                throw new IllegalStateException("the queue takes fewer objects than a round has");
            }
            return true;
        });
        try {
            int index = first;
            while (index < end) {
                context.patience().await(rooms.some(), () -> {});
                List<Reservation> taken = rooms.take();
                filler.fill(taken, round, index);
                index += taken.size();
            }
        } finally {
            context.node().loop().execute(rooms::close);
        }
        return acknowledged;
    }

    /** The rooms of one batch, from the loop's thread, which finds them, to the run's, which fills them. */
    private static final class Rooms implements BatchListener {
        private final CompletableFuture<Long> acknowledged;
        private final List<Reservation> found = new ArrayList<>();
        private CompletableFuture<Boolean> arrival = new CompletableFuture<>();
        private boolean closed;

        Rooms(CompletableFuture<Long> acknowledged) {
            this.acknowledged = acknowledged;
        }

        /** On the loop's thread. */
        synchronized void add(Reservation room) {
            if (closed) {
                room.abandon();
            } else {
                found.add(room);
                arrival.complete(true);
            }
        }

        /** Completed when there is a room, or when there will be none. */
        synchronized CompletableFuture<Boolean> some() {
            return arrival;
        }

        /** The rooms that were found: the caller's now. */
        synchronized List<Reservation> take() {
            List<Reservation> taken = List.copyOf(found);
            found.clear();
            if (!acknowledged.isCompletedExceptionally()) {
                arrival = new CompletableFuture<>();
            }
            return taken;
        }

        /** After a failure nobody will write into the rooms that are left. On the loop's thread. */
        synchronized void close() {
            closed = true;
            found.forEach(Reservation::abandon);
            found.clear();
        }

        @Override
        public void acknowledged() {
            acknowledged.complete(System.nanoTime());
        }

        @Override
        public synchronized void failed(int failedObjects, KvTransferException first) {
            acknowledged.completeExceptionally(first);
            arrival.completeExceptionally(first);
        }
    }

    @Override
    public RawCopy rawCopy() {
        Span slots = Objects.requireNonNull(window);
        return new RawCopy(context.node().ports().memory(), context.node().pattern(), slots, slots);
    }
}
