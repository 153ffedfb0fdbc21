// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.channel;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.page.SpanAllocator;
import dev.penstock.domain.pipe.ArrivingObject;
import dev.penstock.domain.pipe.ObjectSink;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.memory.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of a channel: hands each object to all observers, in order. One channel may be the sink of several
 * sessions, whose objects then mix. Methods belong to the loop's thread.
 *
 * <p>Where copies find no room, the channel waits until an observer lets go of one, and so does the sender. An object that
 * could never have room is refused, and its sender told so. Owned objects outlive their session; so do views, whose ring is
 * given back only when the last one has been released.
 */
public final class ReceiveChannel implements ObjectSink {
    private final Delivery delivery;
    private final long maxViewBytes;
    private final @Nullable SpanAllocator owned;
    private final Telemetry telemetry;
    private final List<KvObserver> observers = new ArrayList<>();
    /** Objects that have their place, in the order in which they will be delivered or dropped. */
    private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();

    private record Arrival(
            ArrivingObject object,
            ObjectMeta meta,
            @Nullable Span copy) {}

    private ReceiveChannel(Delivery delivery, long maxViewBytes, @Nullable SpanAllocator owned, Telemetry telemetry) {
        this.delivery = delivery;
        this.maxViewBytes = maxViewBytes;
        this.owned = owned;
        this.telemetry = telemetry;
    }

    /**
     * A channel that delivers views.
     *
     * @param maxViewBytes the longest object that is delivered as a view; less than the ring, since longer ones can't stay
     *     in it as a whole and are refused
     * @param forLarger where longer objects are copied to, which other channels may use too; null to refuse them
     * @param telemetry where failures of observers are counted
     */
    public static ReceiveChannel views(long maxViewBytes, @Nullable SpanAllocator forLarger, Telemetry telemetry) {
        return new ReceiveChannel(Delivery.VIEW, maxViewBytes, forLarger, telemetry);
    }

    /**
     * A channel that delivers copies.
     *
     * @param owned where they are made; other channels may use it too
     * @param telemetry where failures of observers are counted
     */
    public static ReceiveChannel copies(SpanAllocator owned, Telemetry telemetry) {
        return new ReceiveChannel(Delivery.OWNED, 0, owned, telemetry);
    }

    /** Adds an observer, which sees the objects that are delivered from now on. */
    public void addObserver(KvObserver observer) {
        observers.add(observer);
    }

    @Override
    public Placement place(ArrivingObject object) {
        ObjectMeta meta;
        try {
            meta = ObjectMetaCodec.decode(object.header(), object.lengthBytes());
        } catch (KvTransferException malformed) {
            return Placement.refuse(FailureKind.REFUSED);
        }
        if (delivery == Delivery.VIEW && object.lengthBytes() <= maxViewBytes) {
            arrivals.add(new Arrival(object, meta, null));
            return Placement.inPlace();
        }
        SpanAllocator allocator = owned;
        if (allocator == null || object.lengthBytes() > allocator.capacityBytes()) {
            return Placement.refuse(FailureKind.CAPACITY);
        }
        Optional<Span> copy = allocator.allocate(object.lengthBytes());
        if (copy.isEmpty()) {
            return Placement.later();
        }
        arrivals.add(new Arrival(object, meta, copy.get()));
        return Placement.into(copy.get());
    }

    @Override
    public void deliver(ArrivingObject object) {
        Arrival arrival = next(object);
        ReceivedObject received;
        Span copy = arrival.copy();
        if (copy == null) {
            received = new ReceivedObject(arrival.meta(), object.pieces(), false, object::settle);
        } else {
            received = new ReceivedObject(arrival.meta(), List.of(copy), true, () -> free(copy));
            object.settle();
        }
        for (KvObserver observer : List.copyOf(observers)) {
            show(observer, received);
        }
        received.wasShown();
    }

    private void show(KvObserver observer, ReceivedObject received) {
        try {
            observer.received(received);
        } catch (RuntimeException thrown) {
            telemetry.add(Metric.OBSERVER_FAILURES, 1);
            try {
                observer.failed(received, thrown);
            } catch (RuntimeException again) {
                // It was told what it threw; nobody is left to tell.
                telemetry.add(Metric.OBSERVER_FAILURES, 1);
            }
        }
    }

    @Override
    public void dropped(ArrivingObject object, KvTransferException cause) {
        Arrival arrival = next(object);
        Span copy = arrival.copy();
        if (copy != null) {
            free(copy);
        }
        for (KvObserver observer : List.copyOf(observers)) {
            try {
                observer.dropped(arrival.meta().key(), cause);
            } catch (RuntimeException thrown) {
                telemetry.add(Metric.OBSERVER_FAILURES, 1);
            }
        }
    }

    private void free(Span copy) {
        if (owned != null) {
            owned.free(copy);
        }
    }

    /** Objects of one session are delivered and dropped in the order in which they were placed: this is one of the first. */
    private Arrival next(ArrivingObject object) {
        Iterator<Arrival> candidates = arrivals.iterator();
        while (candidates.hasNext()) {
            Arrival arrival = candidates.next();
            if (arrival.object() == object) {
                candidates.remove();
                return arrival;
            }
        }
        throw new IllegalStateException("object " + object.number() + " was never placed");
    }
}
