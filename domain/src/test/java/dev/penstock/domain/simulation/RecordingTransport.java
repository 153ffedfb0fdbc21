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

/** Writes down the parts that are posted. */
public final class RecordingTransport extends ForwardingTransport {
    private static final int COUNT_AT = 4;
    private static final int LENGTH_AT = 40;

    private final List<Part> parts = new ArrayList<>();

    RecordingTransport(KvTransport delegate) {
        super(delegate);
    }

    /** One part, with the number of its pieces. */
    public record Part(int pieces, long lengthBytes) {}

    List<Part> parts() {
        return parts;
    }

    @Override
    public void submitWrite(Peer peer, SegmentList segments, ByteBuffer notification, Completion completion) {
        int at = notification.position();
        if (notification.get(at) == Notification.PART) {
            parts.add(new Part(notification.getInt(at + COUNT_AT), notification.getLong(at + LENGTH_AT)));
        }
        super.submitWrite(peer, segments, notification, completion);
    }
}
