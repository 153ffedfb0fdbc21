// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.pipe;

import dev.penstock.app.program.RoleContext;
import dev.penstock.app.program.RoundAcks;
import dev.penstock.app.program.SenderPart;
import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.report.Figure;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.pipe.PipeSender;
import dev.penstock.domain.pipe.SendListener;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.domain.session.Session;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.Span;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sends objects from memory of its own, which it keeps. */
public final class CopyingSender implements SenderPart {
    /** How an object is sent. */
    @FunctionalInterface
    public interface Outlet {
        /** Sends the object of that index; false if the queue is full. On the loop's thread. */
        boolean send(int round, int index, SendSource source, SendListener listener);
    }

    /**
     * How long a step of the loop queues objects at most, with an eye on the clock after each {@link #OBJECTS_A_LOOK}: the first
     * ones leave while the others are queued.
     */
    private static final long QUEUEING_NS = 20_000;

    private static final int OBJECTS_A_LOOK = 32;

    private final RoleContext context;
    private final boolean staged;
    private final Function<PipeSender, Outlet> outlets;
    private final Sizes sizes;
    private final long roomBytes;
    private @Nullable Span objects;
    private @Nullable Span room;
    private @Nullable Outlet outlet;

    /**
     * A sender whose slots are used again and again.
     *
     * @param staged whether objects are copied into the ring; if not, their memory is registered and they are sent from there
     * @param outlets how objects are sent through a pipe
     */
    public CopyingSender(RoleContext context, boolean staged, Function<PipeSender, Outlet> outlets) {
        this(context, staged, context.sizes().windowBytes(), outlets);
    }

    /**
     * A sender.
     *
     * @param staged whether objects are copied into the ring; if not, their memory is registered and they are sent from there
     * @param roomBytes for plain copies: as much memory as a round writes, so that a cache helps them no more than the round
     * @param outlets how objects are sent through a pipe
     */
    public CopyingSender(RoleContext context, boolean staged, long roomBytes, Function<PipeSender, Outlet> outlets) {
        this.roomBytes = roomBytes;
        this.context = context;
        this.staged = staged;
        this.outlets = outlets;
        this.sizes = context.sizes();
    }

    @Override
    public void allocate() {
        Region region = context.allocate("the objects", sizes.roundBytes());
        if (!staged) {
            context.register("the objects", region);
        }
        objects = region.span();
        room = context.allocate("room for plain copies", roomBytes).span();
    }

    @Override
    public void opened(Session session) {
        outlet = outlets.apply(session.sender().orElseThrow());
    }

    @Override
    public void prepare(int round) {
        context.content().fill(sizes.objects(), this::object, context.id(), round);
    }

    @Override
    public Map<Figure, Long> run(int round) {
        RoundAcks acks = new RoundAcks(sizes.objects());
        long started = System.nanoTime();
        context.node().loop().execute(() -> sendFrom(0, round, acks));
        long ended = context.patience()
                .await(
                        acks.done(),
                        () -> context.progress(round, acks.count() * sizes.objectBytes(), sizes.roundBytes()));
        return Map.of(Figure.SENDER, ended - started, Figure.DELIVERED, ended - started);
    }

    /** Sends the objects from one on: some now, the others in the loop's next steps. */
    private void sendFrom(int first, int round, RoundAcks acks) {
        // What is said about an object is made here and not before: of many small ones it would have left the caches by
        // now.
        Outlet open = Objects.requireNonNull(outlet);
        try {
            long begun = System.nanoTime();
            int next = first;
            do {
                int end = Math.min(sizes.objects(), next + OBJECTS_A_LOOK);
                for (; next < end; next++) {
                    if (!open.send(round, next, source(object(next)), acks)) {
                        throw new IllegalStateException("the queue takes fewer objects than a round has");
                    }
                }
            } while (next < sizes.objects() && System.nanoTime() - begun < QUEUEING_NS);
            if (next < sizes.objects()) {
                int rest = next;
                context.node().loop().execute(() -> sendFrom(rest, round, acks));
            }
        } catch (RuntimeException e) {
            acks.fail(e);
        }
    }

    private SendSource source(Span object) {
        return staged ? new SendSource.Copied(object) : new SendSource.Registered(object);
    }

    private Span object(int index) {
        return Objects.requireNonNull(objects).slice(index * sizes.objectBytes(), sizes.objectBytes());
    }

    @Override
    public RawCopy rawCopy() {
        return new RawCopy(
                context.node().ports().memory(),
                context.node().pattern(),
                Objects.requireNonNull(objects),
                Objects.requireNonNull(room));
    }
}
