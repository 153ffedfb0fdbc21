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

/**
 * Keeps the objects of a pipe in the store, where they arrived. Acknowledged means stored. One sink, or several, may keep the
 * objects of several sessions in one store; of two objects with one key the later one stays.
 *
 * <p>The pages that the sessions have granted are not the store's to keep objects in: of a store of {@code n} pages, {@code n}
 * less the credit windows of all its sessions hold objects at least.
 */
public final class StoreSink implements ObjectSink {
    private final ObjectStore store;

    /** A sink for a pipe whose pages are the store's. */
    public StoreSink(ObjectStore store) {
        this.store = store;
    }

    @Override
    public Placement place(ArrivingObject object) {
        try {
            ObjectMetaCodec.decode(object.header(), object.lengthBytes());
        } catch (KvTransferException malformed) {
            return Placement.refuse(FailureKind.REFUSED);
        }
        return Placement.inPlace();
    }

    @Override
    public void deliver(ArrivingObject object) {
        ObjectMeta meta = ObjectMetaCodec.decode(object.header(), object.lengthBytes());
        store.put(meta, object.pieces(), object.digest());
        object.settle();
    }

    @Override
    public void dropped(ArrivingObject object, KvTransferException cause) {
        // The pages go back when the object is settled; the store has not heard of it.
    }
}
