// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.pipe;

import dev.penstock.app.program.ArrivalWait;
import dev.penstock.app.program.ReceiverPart;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.report.Figure;
import dev.penstock.app.run.Sizes;
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

/** Copies what arrives to memory of its own, one place for each object of each sender, and checks it there. */
final class OwningReceiver implements ReceiverPart {
    private final RoleContext context;
    private final Sizes sizes;
    private final boolean simulateWork;
    private final ArrayDeque<Ring> rings = new ArrayDeque<>();
    private final ArrayDeque<Span> places = new ArrayDeque<>();
    private final List<ArrivalSink> sinks = new CopyOnWriteArrayList<>();
    private @Nullable Span window;

    OwningReceiver(RoleContext context, boolean simulateWork) {
        this.context = context;
        this.sizes = context.sizes();
        this.simulateWork = simulateWork;
    }

    @Override
    public void allocate() {
        for (int sender = 0; sender < context.settings().senders(); sender++) {
            rings.add(context.allocateRing(sizes.bufferBytes()));
            places.add(
                    context.allocate("the objects' places", sizes.roundBytes()).span());
        }
        window = context.allocate("room for plain copies", sizes.windowBytes()).span();
    }

    @Override
    public Inbound inbound(NodeId sender) {
        Settling settling = simulateWork
                ? new WorkingConsumer(context.node().loop(), context.interruption())
                : (object, settled) -> {
                    object.settle();
                    settled.run();
                };
        ArrivalSink sink = new ArrivalSink(sender, sizes, places.remove(), settling);
        sinks.add(sink);
        return Inbound.ring(rings.remove(), sizes.slotBytes(), sink);
    }

    @Override
    public Map<Figure, Long> receive(int round, BooleanSupplier sendersDone) {
        return new ArrivalWait(context, sinks, ArrivalSink::arrivals).receive(round, sendersDone);
    }

    @Override
    public long verify(int round) {
        long checked = 0;
        for (ArrivalSink sink : sinks) {
            context.content()
                    .deviation(sizes.objects(), sink::place, sink.arrivals().sender(), round)
                    .ifPresent(ArrivalWait::fail);
            checked += sizes.objects();
        }
        return checked;
    }

    @Override
    public RawCopy rawCopy() {
        return new RawCopy(
                context.node().ports().memory(),
                context.node().pattern(),
                sinks.get(0).places(),
                Objects.requireNonNull(window));
    }
}
