// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.simulation;

import dev.penstock.domain.wire.Notification;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import dev.penstock.transport.testkit.ForwardingTransport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes down the parts that are posted, and whether their writes were prepared. */
public final class RecordingTransport extends ForwardingTransport {
    private static final int COUNT_AT = 4;
    private static final int LENGTH_AT = 40;

    private final List<Part> parts = new ArrayList<>();
    /** The segments of writes that were prepared and not submitted yet. */
    private final List<String> prepared = new ArrayList<>();

    private int preparedParts;

    RecordingTransport(KvTransport delegate) {
        super(delegate);
    }

    /** One part, with the number of its pieces. */
    public record Part(int pieces, long lengthBytes) {}

    List<Part> parts() {
        return parts;
    }

    /** How many of the parts were prepared, with just the segments with which they were posted. */
    int preparedParts() {
        return preparedParts;
    }

    @Override
    public void prepareWrite(Peer peer, SegmentList segments) {
        prepared.add(text(segments));
        super.prepareWrite(peer, segments);
    }

    private static String text(SegmentList segments) {
        return IntStream.range(0, segments.size())
                .mapToObj(i -> segments.fromRegion(i) + " " + segments.fromOffset(i) + " " + segments.toRegion(i) + " "
                        + segments.toOffset(i) + " " + segments.length(i))
                .collect(Collectors.joining(", "));
    }

    @Override
    public void submitWrite(Peer peer, SegmentList segments, ByteBuffer notification, Completion completion) {
        int at = notification.position();
        if (notification.get(at) == Notification.PART) {
            parts.add(new Part(notification.getInt(at + COUNT_AT), notification.getLong(at + LENGTH_AT)));
            if (prepared.remove(text(segments))) {
                preparedParts++;
            }
        }
        super.submitWrite(peer, segments, notification, completion);
    }
}
