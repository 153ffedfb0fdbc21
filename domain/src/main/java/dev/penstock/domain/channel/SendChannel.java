// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.channel;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.PipeSender;
import dev.penstock.domain.pipe.SendListener;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.ports.KvTransferException;
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
     * @throws IllegalArgumentException if the source does not have the object's length, is not within its region, or can't
     *     be cut to fit into the receiver's pages; nothing was queued
     * @throws KvTransferException the session's failure, if it has failed
     */
    public boolean put(ObjectMeta meta, SendSource source, SendListener listener) {
        requireSameLength(meta, source);
        return pipe.send(ObjectMetaCodec.encode(meta), source, listener);
    }

    /**
     * Sends a batch from where its objects are.
     *
     * @param metas the objects, at least one
     * @param sources where each of them is
     * @param listener told once all are settled
     * @return false if too much is waiting for all of them to be queued: nothing was queued, try again after a step
     * @throws IllegalArgumentException if the batch is empty or longer than the whole queue, the lists differ in length, or
     *     a source does not suit, as for {@link #put}; nothing was queued
     * @throws KvTransferException the session's failure, if it has failed
     */
    public boolean putBatch(List<ObjectMeta> metas, List<? extends SendSource> sources, BatchListener listener) {
        requireQueueable(metas);
        if (sources.size() != metas.size()) {
            throw new IllegalArgumentException(sources.size() + " sources for " + metas.size() + " objects");
        }
        for (int i = 0; i < metas.size(); i++) {
            requireSameLength(metas.get(i), sources.get(i));
            pipe.check(ObjectMetaCodec.encode(metas.get(i)), sources.get(i));
        }
        if (pipe.queueRoom() < metas.size()) {
            return false;
        }
        Batch batch = new Batch(metas.size(), listener);
        for (int i = 0; i < metas.size(); i++) {
            put(metas.get(i), sources.get(i), batch);
        }
        return true;
    }

    /**
     * Sends an object that its owner writes straight into the ring.
     *
     * @param filler called when there is room; not called if the session ends before
     * @return false if too much is waiting: nothing was queued, try again after a step
     * @throws IllegalArgumentException if the object is longer than a page of the receiver
     * @throws KvTransferException the session's failure, if it has failed
     */
    public boolean write(ObjectMeta meta, ObjectFiller filler, SendListener listener) {
        FilledObject object = new FilledObject(meta, filler, listener);
        return pipe.reserve(ObjectMetaCodec.encode(meta), meta.lengthBytes(), object, object);
    }

    /**
     * Sends a batch whose objects are written straight into the ring, each as soon as there is room for it.
     *
     * @param metas the objects, at least one
     * @param filler called for each object, in order
     * @param listener told once all are settled
     * @return false if too much is waiting for all of them to be queued: nothing was queued, try again after a step
     * @throws IllegalArgumentException if the batch is empty or longer than the whole queue, or an object is longer than a
     *     page of the receiver; nothing was queued
     * @throws KvTransferException the session's failure, if it has failed
     */
    public boolean writeBatch(List<ObjectMeta> metas, ObjectFiller filler, BatchListener listener) {
        requireQueueable(metas);
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

    private void requireQueueable(List<ObjectMeta> metas) {
        if (metas.isEmpty()) {
            throw new IllegalArgumentException("an empty batch");
        }
        if (metas.size() > pipe.queueCapacity()) {
            throw new IllegalArgumentException("a batch of " + metas.size()
                    + " objects can't be queued at once; at most " + pipe.queueCapacity() + " can");
        }
    }

    private static void requireSameLength(ObjectMeta meta, SendSource source) {
        if (source.lengthBytes() != meta.lengthBytes()) {
            throw new IllegalArgumentException("object " + meta.key() + " has " + meta.lengthBytes()
                    + " bytes, its source has " + source.lengthBytes());
        }
    }
}
