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
import dev.penstock.ports.control.NodeId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one sender puts into the store, and when. Each key must be the next one. */
final class StoreArrivals implements ObjectSink, Arrivals {
    private final ObjectKeys keys;
    private final StoreSink store;
    private final int objects;

    private int placed;
    private int nextRound;
    private int nextObject;
    private long delivered;
    private volatile long owned;
    private volatile long firstAt;
    private volatile long lastAt;
    private volatile @Nullable String deviation;

    StoreArrivals(ObjectKeys keys, StoreSink store) {
        this.keys = keys;
        this.store = store;
        this.objects = keys.sizes().objects();
    }

    ObjectKeys keys() {
        return keys;
    }

    @Override
    public Placement place(ArrivingObject object) {
        if (placed % objects == 0) {
            firstAt = System.nanoTime();
        }
        placed++;
        return store.place(object);
    }

    @Override
    public void deliver(ArrivingObject object) {
        String key =
                ObjectMetaCodec.decode(object.header(), object.lengthBytes()).key();
        String expected = keys.key(nextRound, nextObject);
        if (!key.equals(expected)) {
            deviation = "from " + sender() + ": " + key + " came where " + expected + " should have come";
        }
        store.deliver(object);
        lastAt = System.nanoTime();
        delivered++;
        owned = delivered;
        nextObject++;
        if (nextObject == objects) {
            nextObject = 0;
            nextRound++;
        }
    }

    @Override
    public void dropped(ArrivingObject object, KvTransferException cause) {
        store.dropped(object, cause);
        if (cause.kind() == FailureKind.CORRUPTED) {
            deviation = "from " + sender() + ": object number " + object.number() + " arrived damaged: "
                    + cause.getMessage();
        }
    }

    @Override
    public NodeId sender() {
        return keys.sender();
    }

    @Override
    public long ownedOf(int round) {
        return Math.min(objects, Math.max(0, owned - (long) round * objects));
    }

    @Override
    public long firstAt() {
        return firstAt;
    }

    @Override
    public long lastAt() {
        return lastAt;
    }

    @Override
    public Optional<String> deviation() {
        return Optional.ofNullable(deviation);
    }
}
