// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.channel;

import dev.penstock.app.program.Arrivals;
import dev.penstock.app.program.ObjectKeys;
import dev.penstock.domain.channel.KvObserver;
import dev.penstock.domain.channel.ReceiveChannel;
import dev.penstock.domain.channel.ReceivedObject;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.ArrivingObject;
import dev.penstock.domain.pipe.ObjectSink;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Span;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Sees the objects of one sender: each must be the next one, with its metadata; keeps them until they have been checked. */
final class KeepingObserver implements KvObserver {
    private final ObjectKeys keys;
    private final ReceiveChannel channel;
    private final int objects;
    private final AtomicReferenceArray<@Nullable ReceivedObject> kept;
    private final Arrivals arrivals;

    KeepingObserver(ObjectKeys keys, ReceiveChannel channel) {
        this.keys = keys;
        this.channel = channel;
        this.objects = keys.sizes().objects();
        this.kept = new AtomicReferenceArray<>(objects);
        this.arrivals = new Arrivals(keys.sender(), objects);
    }

    /** The channel, with a note of when a round begins to arrive. */
    ObjectSink sink() {
        return new ObjectSink() {
            @Override
            public Placement place(ArrivingObject object) {
                arrivals.begin();
                return channel.place(object);
            }

            @Override
            public void deliver(ArrivingObject object) {
                channel.deliver(object);
            }

            @Override
            public void dropped(ArrivingObject object, KvTransferException cause) {
                channel.dropped(object, cause);
            }
        };
    }

    @Override
    public void received(ReceivedObject object) {
        int index = arrivals.nextObject();
        ObjectMeta expected = keys.meta(arrivals.nextRound(), index);
        if (!object.meta().equals(expected)) {
            arrivals.deviate(object.meta() + " came where " + expected + " should have come");
            return;
        }
        object.retain();
        kept.set(index, object);
        arrivals.own();
    }

    @Override
    public void dropped(String key, KvTransferException cause) {
        if (cause.kind() == FailureKind.CORRUPTED) {
            arrivals.deviate(key + " arrived damaged: " + cause.getMessage());
        }
    }

    /** Where an object of the last whole round is. Any thread. */
    List<Span> pieces(int index) {
        ReceivedObject object = kept.get(index);
        return object == null ? List.of() : object.pieces();
    }

    /** Lets go of all objects. On the loop's thread. */
    void releaseAll() {
        for (int i = 0; i < objects; i++) {
            ReceivedObject object = kept.getAndSet(i, null);
            if (object != null) {
                object.release();
            }
        }
    }

    Arrivals arrivals() {
        return arrivals;
    }
}
