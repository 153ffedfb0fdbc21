// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A write, or a notification alone, that is under way. Reused. */
final class PendingWrite {
    private static final int INITIAL_MESSAGE_BYTES = 512;

    private ByteBuffer message = ByteBuffer.allocate(INITIAL_MESSAGE_BYTES);
    private @Nullable SegmentList segments;
    private @Nullable Completion completion;
    private @Nullable KvTransferException failure;
    private int segment;
    private long copiedOfSegment;

    /** Makes it a new write. Copies the notification's remaining bytes and leaves the buffer as it is. */
    void begin(@Nullable SegmentList data, ByteBuffer notification, @Nullable Completion whenDone) {
        segments = data;
        completion = whenDone;
        failure = null;
        segment = 0;
        copiedOfSegment = 0;
        int length = notification.remaining();
        if (length > message.capacity()) {
            message = ByteBuffer.allocate(Math.max(length, 2 * message.capacity()));
        }
        message.clear().limit(length);
        message.put(0, notification, notification.position(), length);
    }

    /** Lets go of the caller's objects. */
    void end() {
        segments = null;
        completion = null;
        failure = null;
    }

    ByteBuffer message() {
        return message;
    }

    @Nullable
    SegmentList segments() {
        return segments;
    }

    @Nullable
    Completion completion() {
        return completion;
    }

    @Nullable
    KvTransferException failure() {
        return failure;
    }

    void fail(KvTransferException cause) {
        failure = cause;
    }

    /** Whether all data is at its destination. */
    boolean isCopied() {
        return segments == null || segment == segments.size();
    }

    /**
     * Copies some data.
     *
     * @param maxBytes at most so many bytes
     * @return how many
     */
    int copy(int maxBytes, Registrations sources, Map<RegionId, MappedFile> destinations) {
        SegmentList data = segments;
        int copied = 0;
        while (data != null && segment < data.size()) {
            long left = data.length(segment) - copiedOfSegment;
            MappedFile to = destinations.get(data.toRegion(segment));
            if (left > 0 && to != null) {
                HostRegion from = sources.block(data.fromRegion(segment));
                if (!isInPlace(from, data.fromOffset(segment), to, data.toOffset(segment))) {
                    int step = (int) Math.min(left, maxBytes - copied);
                    if (step == 0) {
                        return copied;
                    }
                    to.put(
                            data.toOffset(segment) + copiedOfSegment,
                            from.window(data.fromOffset(segment) + copiedOfSegment, step));
                    copied += step;
                    if (step < left) {
                        copiedOfSegment += step;
                        return copied;
                    }
                }
            }
            segment++;
            copiedOfSegment = 0;
        }
        return copied;
    }

    /** Whether the source is the very memory of the destination: written through a reached region, or in one process. */
    private static boolean isInPlace(HostRegion from, long fromOffset, MappedFile to, long toOffset) {
        return from instanceof SharedRegion shared
                && fromOffset == toOffset
                && shared.file().path().equals(to.path());
    }
}
