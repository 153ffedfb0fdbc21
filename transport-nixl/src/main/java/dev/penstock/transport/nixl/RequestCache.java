// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one peer that have ended and can be posted again, found by their segments. A ring writes the same few places
 * over and over. Bounded: the one that was used longest ago goes first. Taking and giving allocates nothing.
 */
final class RequestCache {
    /** The slots of a ring of 4 GiB at the finest cut that is in use, 4 MiB. */
    static final int CAPACITY = 1024;

    private final NixlAgent agent;
    private final @Nullable NixlRequest[] buckets = new @Nullable NixlRequest[2 * CAPACITY];
    private @Nullable NixlRequest oldest;
    private @Nullable NixlRequest newest;
    private int size;

    RequestCache(NixlAgent agent) {
        this.agent = agent;
    }

    /** Takes out a request of just these segments; null if there is none. */
    @Nullable
    NixlRequest take(SegmentList segments) {
        int hash = NixlRequest.hash(segments);
        NixlRequest request = buckets[bucket(hash)];
        while (request != null && !(request.hash() == hash && request.isOf(segments))) {
            request = request.nextInBucket;
        }
        if (request != null) {
            remove(request);
        }
        return request;
    }

    /** Keeps a request that has ended well. */
    void give(NixlRequest request) {
        NixlRequest eldest = oldest;
        if (size == CAPACITY && eldest != null) {
            remove(eldest);
            agent.release(eldest.handle());
        }
        int bucket = bucket(request.hash());
        request.nextInBucket = buckets[bucket];
        buckets[bucket] = request;
        request.older = newest;
        if (newest == null) {
            oldest = request;
        } else {
            newest.newer = request;
        }
        newest = request;
        size++;
    }

    /** Gives back the requests that read from a region. NIXL's requests point into its record of the registration. */
    void drop(RegionId region) {
        NixlRequest request = oldest;
        while (request != null) {
            NixlRequest next = request.newer;
            if (request.readsFrom(region)) {
                remove(request);
                agent.release(request.handle());
            }
            request = next;
        }
    }

    /** Gives all of them back. */
    void clear() {
        for (NixlRequest request = oldest; request != null; request = oldest) {
            remove(request);
            agent.release(request.handle());
        }
    }

    int size() {
        return size;
    }

    private void remove(NixlRequest request) {
        int bucket = bucket(request.hash());
        NixlRequest before = buckets[bucket];
        if (before == request) {
            buckets[bucket] = request.nextInBucket;
        } else {
            while (before != null && before.nextInBucket != request) {
                before = before.nextInBucket;
            }
            if (before != null) {
                before.nextInBucket = request.nextInBucket;
            }
        }
        NixlRequest older = request.older;
        NixlRequest newer = request.newer;
        if (older == null) {
            oldest = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.older = older;
        }
        request.nextInBucket = null;
        request.older = null;
        request.newer = null;
        size--;
    }

    private int bucket(int hash) {
        return hash & (buckets.length - 1);
    }
}
