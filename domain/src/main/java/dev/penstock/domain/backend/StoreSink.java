// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.domain.channel.ObjectMetaCodec;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.ArrivingObject;
import dev.penstock.domain.pipe.ObjectSink;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the objects of a pipe in the store, where they arrived, but for those that somebody waits for. Acknowledged means
 * stored, or in the place where it was waited for. One sink, or several, may keep the objects of several sessions in one
 * store; of two objects with one key the later one stays.
 *
 * <p>The pages that the sessions have granted are not the store's to keep objects in: of a store of {@code n} pages, {@code n}
 * less the credit windows of all its sessions hold objects at least.
 */
public final class StoreSink implements ObjectSink {
    private final ObjectStore store;
    private final AwaitedObjects awaited;
    /** Those that are taken, until they are told. */
    private final Map<ArrivingObject, AwaitedObjects.Taker> takers = new HashMap<>();

    /** A sink for a pipe whose pages are the store's. */
    public StoreSink(ObjectStore store) {
        this(store, AwaitedObjects.NONE);
    }

    /**
     * A sink that asks of each object whether somebody waits for it. One who waits is given only objects whose rows were not
     * cut; an object that was sent in other pieces is refused while somebody waits for it.
     */
    public StoreSink(ObjectStore store, AwaitedObjects awaited) {
        this.store = store;
        this.awaited = awaited;
    }

    @Override
    public Placement place(ArrivingObject object) {
        ObjectMeta meta;
        try {
            meta = meta(object);
        } catch (KvTransferException malformed) {
            return Placement.refuse(FailureKind.REFUSED);
        }
        Optional<AwaitedObjects.Taker> taker = awaited.taker(meta);
        if (taker.isEmpty()) {
            return Placement.inPlace();
        }
        takers.put(object, taker.get());
        return new Placement.Scattered(taker.get().target());
    }

    @Override
    public void deliver(ArrivingObject object) {
        AwaitedObjects.Taker taker = takers.remove(object);
        if (taker != null) {
            object.settle();
            taker.arrived();
            return;
        }
        ObjectMeta meta = meta(object);
        store.put(meta, object.pieces(), object.digest());
        object.settle();
        awaited.kept(meta.key());
    }

    @Override
    public void dropped(ArrivingObject object, KvTransferException cause) {
        // The pages go back when the object is settled; the store has not heard of it.
        AwaitedObjects.Taker taker = takers.remove(object);
        if (taker != null) {
            taker.dropped(cause);
        } else {
            awaited.lost(meta(object).key(), cause);
        }
    }

    private static ObjectMeta meta(ArrivingObject object) {
        return ObjectMetaCodec.decode(object.header(), object.lengthBytes());
    }
}
