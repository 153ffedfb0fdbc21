// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.SendListener;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.PagedChunk;
import java.util.List;

/** Where a cache engine keeps its chunks. Methods belong to the loop's thread and never block. */
public interface ChunkStore {
    /**
     * Begins to store a chunk, gathered from a paged cache. Acknowledged means that it can be found.
     *
     * @return false if too much is waiting: nothing was begun, try again after a step
     * @throws KvTransferException if the store can't be used any more
     */
    boolean put(ObjectMeta meta, SendSource.Gathered source, SendListener listener);

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
     * Begins to scatter chunks into a paged cache. Their digests are checked where the store keeps digests.
     *
     * @param keys the chunks
     * @param targets where each goes
     * @param listener told about each chunk
     * @throws KvTransferException if the store can't be used any more
     */
    void get(List<String> keys, List<PagedChunk> targets, ChunkListener listener);

    /** Goes on with what waits for room. To be called from the loop's step. Returns how much was done. */
    int step();

    /** Told how much of a prefix is there: exactly one method, once. */
    interface PrefixListener {
        /**
         * The answer.
         *
         * @param hits how many keys from the first on are there
         * @param hold keeps them from eviction until it is run, or the lease expires; running it twice is harmless
         */
        void found(int hits, Runnable hold);

        /** There is no answer. */
        void failed(KvTransferException cause);
    }

    /** Told what became of each chunk of a get: exactly one method for each index, once. */
    interface ChunkListener {
        /** The chunk is in its place, whole and checked. */
        void got(int index);

        /** The chunk is not there, or did not come whole; its rows are unspecified. */
        void missed(int index, KvTransferException cause);
    }
}
