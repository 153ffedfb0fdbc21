// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.channel;

import dev.penstock.app.program.ArrivalWait;
import dev.penstock.app.program.ObjectKeys;
import dev.penstock.app.program.ReceiverPart;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.report.Figure;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.channel.ReceiveChannel;
import dev.penstock.domain.page.SpanAllocator;
import dev.penstock.domain.session.Inbound;
import dev.penstock.domain.session.Ring;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.memory.Span;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Receives channels, one for each sender, whose observer keeps a copy of every object until it has been checked. */
final class ObservingReceiver implements ReceiverPart {
    private final RoleContext context;
    private final Sizes sizes;
    private final ArrayDeque<Ring> rings = new ArrayDeque<>();
    private final ArrayDeque<Span> places = new ArrayDeque<>();
    private final List<KeepingObserver> observers = new CopyOnWriteArrayList<>();
    private @Nullable Span window;
    private @Nullable Span rawPlaces;

    ObservingReceiver(RoleContext context) {
        this.context = context;
        this.sizes = context.sizes();
    }

    @Override
    public void allocate() {
        for (int sender = 0; sender < context.settings().senders(); sender++) {
            rings.add(context.allocateRing(sizes.bufferBytes()));
            places.add(
                    context.allocate("the objects' places", sizes.ownedBytes()).span());
        }
        rawPlaces = places.element().slice(0, sizes.roundBytes());
        window = context.allocate("room for plain copies", sizes.windowBytes()).span();
    }

    @Override
    public Inbound inbound(NodeId sender) {
        ReceiveChannel channel = ReceiveChannel.copies(
                new SpanAllocator(places.remove()), context.node().ports().telemetry());
        KeepingObserver observer = new KeepingObserver(new ObjectKeys(sender, sizes), channel);
        channel.addObserver(observer);
        observers.add(observer);
        return Inbound.ring(rings.remove(), sizes.slotBytes(), observer.sink());
    }

    @Override
    public Map<Figure, Long> receive(int round, BooleanSupplier sendersDone) {
        return new ArrivalWait(context, observers, KeepingObserver::arrivals).receive(round, sendersDone);
    }

    @Override
    public long verify(int round) {
        long checked = 0;
        for (KeepingObserver observer : observers) {
            for (int i = 0; i < sizes.objects(); i++) {
                context.interruption().check();
                context.content()
                        .deviation(observer.pieces(i), observer.arrivals().sender(), round, i)
                        .ifPresent(ArrivalWait::fail);
                checked++;
            }
            context.node().call("let go of a round", () -> {
                observer.releaseAll();
                return true;
            });
        }
        return checked;
    }

    @Override
    public RawCopy rawCopy() {
        return new RawCopy(
                context.node().ports().memory(),
                context.node().pattern(),
                Objects.requireNonNull(rawPlaces),
                Objects.requireNonNull(window));
    }
}
