// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.PagedChunk;
import java.util.List;

/**
 * Where a cache engine keeps its chunks. Methods belong to the loop's thread and never block. Paged caches that come in are
 * within their regions, and slot mappings within their caches: the engine has seen to that.
 */
public interface ChunkStore {
    /**
     * Begins to store a chunk, gathered from a paged cache.
     *
     * @return false if too much is waiting: nothing was begun, try again after a step
     * @throws KvTransferException of kind CAPACITY if the store can't make room, of kind REFUSED if the chunk's rows can't be
     *     cut to fit into its pages, of another kind if it can't be used any more; nothing was begun
     */
    boolean put(ObjectMeta meta, SendSource.Gathered source, PutListener listener);

    /**
     * Asks how many of the keys, from the first on without a gap, are there.
     *
     * @param leaseNanos how long the ones that are there are to be kept from eviction; 0 for not at all. A store that can't
     *     promise that does not try: a get may find less than this promised
     * @param listener may be told before this returns
     * @throws KvTransferException if the store can't be used any more
     */
    void prefix(List<String> keys, long leaseNanos, PrefixListener listener);

    /**
     * Begins to scatter chunks into a paged cache. What is there under a chunk's key but is not the same in shape, type and
     * format counts as missed. Digests are checked where the store keeps digests.
     *
     * @param chunks what is wanted
     * @param targets where each goes
     * @param listener told about each chunk, not before this returns
     * @throws KvTransferException if the store can't be used any more; nothing was begun
     */
    void get(List<ObjectMeta> chunks, List<PagedChunk> targets, ChunkListener listener);

    /**
     * Removes chunks; leases on them go on.
     *
     * @param listener may be told before this returns
     * @throws KvTransferException if the store can't be used any more; nothing was removed
     */
    void remove(List<String> keys, RemoveListener listener);

    /**
     * Removes everything.
     *
     * @return how many objects there were
     * @throws KvTransferException of kind REFUSED if the store is a peer's; nothing was removed
     */
    int clear();

    /** Goes on with what waits. Called in each step of the engine. Returns how much was done. */
    int step();

    /** Told what became of a put: {@link #sourceReleased} once, and exactly one of the others, once. */
    interface PutListener {
        /** The rows and the slot mapping are not read any more. */
        void sourceReleased();

        /**
         * The chunk can be found.
         *
         * @param hold keeps it from eviction until it is run, if the store can do that; to be run once
         */
        void stored(Runnable hold);

        /** The chunk can't be found, or nobody can tell whether it can. */
        void failed(KvTransferException cause);
    }

    /** Told how much of a prefix is there: exactly one method, once. */
    interface PrefixListener {
        /**
         * The answer.
         *
         * @param hits how many keys from the first on are there
         * @param hold keeps them from eviction until it is run, or the lease expires. To run it is to have used them, the
         *     last one first, so that the first is evicted last; running it twice is harmless
         */
        void found(int hits, Runnable hold);

        /** There is no answer. */
        void failed(KvTransferException cause);
    }

    /** Told what became of each chunk of a get: exactly one method for each index, once. */
    interface ChunkListener {
        /** The chunk is in its place, whole and checked. */
        void got(int index);

        /** The chunk is not there, or did not come whole; its rows are unspecified, but nothing writes there any more. */
        void missed(int index, KvTransferException cause);
    }
}
