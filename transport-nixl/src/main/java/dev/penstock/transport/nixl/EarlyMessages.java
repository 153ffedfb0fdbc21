// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages of endpoints that this side is not connected to, or not yet: who connects first may send at once. Bounded, since
 * anybody may send. Of an endpoint that sends too much nothing is kept but the fact: a peer with a gap is no peer.
 */
final class EarlyMessages {
    static final int MAX_ENDPOINTS = 256;
    static final int MAX_BYTES_PER_ENDPOINT = 8 << 20;
    static final int MAX_BYTES = 64 << 20;

    private final Map<Long, Waiting> byToken = new LinkedHashMap<>();
    private long bytes;

    /** What one endpoint sent. */
    private static final class Waiting {
        private final Deque<ByteBuffer> messages = new ArrayDeque<>();
        private long bytes;
        private boolean overflowed;
    }

    /** Keeps a copy of a message. */
    void add(long token, ByteBuffer message) {
        Waiting waiting = byToken.get(token);
        if (waiting == null) {
            if (byToken.size() == MAX_ENDPOINTS) {
                forgetEldest();
            }
            waiting = new Waiting();
            byToken.put(token, waiting);
        }
        // An object is about as large as the smallest messages.
        long cost = message.remaining() + 64L;
        if (waiting.overflowed) {
            return;
        }
        if (waiting.bytes + cost > MAX_BYTES_PER_ENDPOINT || bytes + cost > MAX_BYTES) {
            bytes -= waiting.bytes;
            waiting.messages.clear();
            waiting.bytes = 0;
            waiting.overflowed = true;
            return;
        }
        ByteBuffer copy = ByteBuffer.allocate(message.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(0, message, message.position(), message.remaining());
        waiting.messages.add(copy);
        waiting.bytes += cost;
        bytes += cost;
    }

    private void forgetEldest() {
        Long eldest = byToken.keySet().iterator().next();
        forget(eldest);
    }

    /** Nothing of the endpoint will be asked for. */
    void forget(long token) {
        Waiting waiting = byToken.remove(token);
        if (waiting != null) {
            bytes -= waiting.bytes;
        }
    }

    /** Whether the endpoint sent more than could be kept. */
    boolean hasOverflowed(long token) {
        Waiting waiting = byToken.get(token);
        return waiting != null && waiting.overflowed;
    }

    /** The messages of an endpoint, in their order, no longer kept here; null if there are none. */
    @Nullable
    Deque<ByteBuffer> take(long token) {
        Waiting waiting = byToken.get(token);
        forget(token);
        return waiting == null || waiting.messages.isEmpty() ? null : waiting.messages;
    }
}
