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

    /** In the first step so many objects are queued, then twice as many each time: the first part leaves at once. */
    private static final int FIRST_OBJECTS = 4;

    private static final int MOST_OBJECTS_A_STEP = 512;

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
        for (int i = 0; i < sizes.objects(); i++) {
            context.interruption().check();
            context.content().fill(object(i), context.id(), round, i);
        }
    }

    @Override
    public Map<Figure, Long> run(int round) {
        RoundAcks acks = new RoundAcks(sizes.objects());
        long started = System.nanoTime();
        context.node().loop().execute(() -> sendFrom(0, FIRST_OBJECTS, round, acks));
        long ended = context.patience()
                .await(
                        acks.done(),
                        () -> context.progress(round, acks.count() * sizes.objectBytes(), sizes.roundBytes()));
        return Map.of(Figure.SENDER, ended - started, Figure.DELIVERED, ended - started);
    }

    /** Sends the objects from one on, a few in each step of the loop: the first ones leave while the others are queued. */
    private void sendFrom(int first, int count, int round, RoundAcks acks) {
        try {
            int end = Math.min(sizes.objects(), first + count);
            for (int i = first; i < end; i++) {
                if (!Objects.requireNonNull(outlet).send(round, i, source(object(i)), acks)) {
                    throw new IllegalStateException("the queue takes fewer objects than a round has");
                }
            }
            if (end < sizes.objects()) {
                int next = Math.min(MOST_OBJECTS_A_STEP, 2 * count);
                context.node().loop().execute(() -> sendFrom(end, next, round, acks));
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
