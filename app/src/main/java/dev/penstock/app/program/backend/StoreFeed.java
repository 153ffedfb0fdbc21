// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.backend;

import dev.penstock.app.program.Arrivals;
import dev.penstock.app.program.ObjectKeys;
import dev.penstock.domain.backend.StoreSink;
import dev.penstock.domain.channel.ObjectMetaCodec;
import dev.penstock.domain.pipe.ArrivingObject;
import dev.penstock.domain.pipe.ObjectSink;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;

/** What one sender puts into the store, and when. Each key must be the next one. */
final class StoreFeed implements ObjectSink {
    private final ObjectKeys keys;
    private final StoreSink store;
    private final Arrivals arrivals;

    StoreFeed(ObjectKeys keys, StoreSink store) {
        this.keys = keys;
        this.store = store;
        this.arrivals = new Arrivals(keys.sender(), keys.sizes().objects());
    }

    ObjectKeys keys() {
        return keys;
    }

    @Override
    public Placement place(ArrivingObject object) {
        arrivals.begin();
        return store.place(object);
    }

    @Override
    public void deliver(ArrivingObject object) {
        String key =
                ObjectMetaCodec.decode(object.header(), object.lengthBytes()).key();
        String expected = keys.key(arrivals.nextRound(), arrivals.nextObject());
        if (!key.equals(expected)) {
            arrivals.deviate(key + " came where " + expected + " should have come");
        }
        store.deliver(object);
        arrivals.own();
    }

    @Override
    public void dropped(ArrivingObject object, KvTransferException cause) {
        store.dropped(object, cause);
        if (cause.kind() == FailureKind.CORRUPTED) {
            arrivals.deviate("object number " + object.number() + " arrived damaged: " + cause.getMessage());
        }
    }

    Arrivals arrivals() {
        return arrivals;
    }
}
