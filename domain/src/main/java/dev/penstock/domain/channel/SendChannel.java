// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.channel;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.PipeSender;
import dev.penstock.domain.pipe.SendListener;
import dev.penstock.domain.pipe.SendSource;
import java.util.List;

/**
 * The sending end of a channel: objects with their metadata, one by one or in batches. Objects arrive in the order in which
 * they were given. Methods belong to the loop's thread.
 */
public final class SendChannel {
    private final PipeSender pipe;

    /** A channel over a pipe whose receiver is a channel, a backend or a cache engine. */
    public SendChannel(PipeSender pipe) {
        this.pipe = pipe;
    }

    /**
     * Sends an object from where it is.
     *
     * @return false if too much is waiting: nothing was queued, try again after a step
     * @throws IllegalArgumentException if the source does not have the object's length
     * @throws dev.penstock.ports.KvTransferException the session's failure, if it has failed
     */
    public boolean put(ObjectMeta meta, SendSource source, SendListener listener) {
        if (source.lengthBytes() != meta.lengthBytes()) {
            throw new IllegalArgumentException("object " + meta.key() + " has " + meta.lengthBytes() + " bytes, its source has "
                    + source.lengthBytes());
        }
        return pipe.send(ObjectMetaCodec.encode(meta), source, listener);
    }

    /**
     * Sends an object that its owner writes straight into the ring.
     *
     * @return false if too much is waiting: nothing was queued, try again after a step
     * @throws IllegalArgumentException if the object can't fit into the ring at once
     * @throws dev.penstock.ports.KvTransferException the session's failure, if it has failed
     */
    public boolean write(ObjectMeta meta, ObjectFiller filler, SendListener listener) {
        return pipe.reserve(
                ObjectMetaCodec.encode(meta), meta.lengthBytes(), room -> filler.fill(meta, room), listener);
    }

    /**
     * Sends a batch whose objects are written straight into the ring, each as soon as there is room for it.
     *
     * @param metas the objects, at least one
     * @param filler called for each object, in order
     * @param listener told once all are settled
     * @return false if too much is waiting for all of them to be queued: nothing was queued
     * @throws IllegalArgumentException if the batch is empty or an object can't fit into the ring at once; nothing was
     *     queued
     * @throws dev.penstock.ports.KvTransferException the session's failure, if it has failed
     */
    public boolean writeBatch(List<ObjectMeta> metas, ObjectFiller filler, BatchListener listener) {
        if (metas.isEmpty()) {
            throw new IllegalArgumentException("an empty batch");
        }
        for (ObjectMeta meta : metas) {
            if (meta.lengthBytes() > pipe.maxReservationBytes()) {
                throw new IllegalArgumentException("object " + meta.key() + " of " + meta.lengthBytes()
                        + " bytes can't be written in the ring, which takes " + pipe.maxReservationBytes());
            }
        }
        if (pipe.queueRoom() < metas.size()) {
            return false;
        }
        Batch batch = new Batch(metas.size(), listener);
        for (ObjectMeta meta : metas) {
            write(meta, filler, batch);
        }
        return true;
    }

    /** How many more objects can be queued now. */
    public int queueRoom() {
        return pipe.queueRoom();
    }
}
