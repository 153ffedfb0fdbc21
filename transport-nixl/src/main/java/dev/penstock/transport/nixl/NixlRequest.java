// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import org.jspecify.annotations.Nullable;

/**
 * A request of NIXL's, and what it writes where. To make one costs NIXL a look at each of its segments, to post it again
 * nothing of the kind; so those that ended well are kept, and found by their segments.
 */
final class NixlRequest {
    private final long handle;
    private final RegionId[] fromRegion;
    private final RegionId[] toRegion;
    private final long[] fromOffset;
    private final long[] toOffset;
    private final long[] length;
    private final int hash;

    // Of the RequestCache that this is in.
    @Nullable
    NixlRequest nextInBucket;

    @Nullable
    NixlRequest older;

    @Nullable
    NixlRequest newer;

    NixlRequest(long handle, SegmentList segments) {
        this.handle = handle;
        int size = segments.size();
        fromRegion = new RegionId[size];
        toRegion = new RegionId[size];
        fromOffset = new long[size];
        toOffset = new long[size];
        length = new long[size];
        for (int i = 0; i < size; i++) {
            fromRegion[i] = segments.fromRegion(i);
            toRegion[i] = segments.toRegion(i);
            fromOffset[i] = segments.fromOffset(i);
            toOffset[i] = segments.toOffset(i);
            length[i] = segments.length(i);
        }
        hash = hash(segments);
    }

    static int hash(SegmentList segments) {
        long hash = segments.size();
        for (int i = 0; i < segments.size(); i++) {
            hash = hash * 31 + segments.fromRegion(i).value();
            hash = hash * 31 + segments.toRegion(i).value();
            hash = hash * 31 + segments.fromOffset(i);
            hash = hash * 31 + segments.toOffset(i);
            hash = hash * 31 + segments.length(i);
        }
        // Offsets and lengths are multiples of powers of two; this brings their upper bits down.
        hash *= 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 32);
    }

    boolean isOf(SegmentList segments) {
        if (segments.size() != length.length) {
            return false;
        }
        for (int i = 0; i < length.length; i++) {
            if (segments.length(i) != length[i]
                    || segments.fromOffset(i) != fromOffset[i]
                    || segments.toOffset(i) != toOffset[i]
                    || segments.fromRegion(i).value() != fromRegion[i].value()
                    || segments.toRegion(i).value() != toRegion[i].value()) {
                return false;
            }
        }
        return true;
    }

    /** Whether a segment is read from that region. */
    boolean readsFrom(RegionId region) {
        for (RegionId id : fromRegion) {
            if (id.equals(region)) {
                return true;
            }
        }
        return false;
    }

    long handle() {
        return handle;
    }

    int hash() {
        return hash;
    }
}
