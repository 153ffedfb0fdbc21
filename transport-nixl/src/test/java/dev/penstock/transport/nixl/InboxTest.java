// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InboxTest {
    private final Inbox inbox = new Inbox();
    private final ByteBuffer notification =
            ByteBuffer.allocate(Envelope.BYTES + Envelope.MAX_MESSAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private void add(long token, byte kind, byte[] message) {
        notification.putLong(0, token).put(Envelope.KIND_AT, kind).put(Envelope.BYTES, message);
        inbox.add(notification, Envelope.BYTES + message.length);
    }

    @Test
    void shouldGiveBackWhatWasPutIn() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Deque<byte[]> expected = new ArrayDeque<>();
        for (int step = 0; step < 5000; step++) {
            if (random.nextInt(3) > 0) {
                byte[] message = new byte[random.nextInt(step % 50 == 0 ? Envelope.MAX_MESSAGE_BYTES + 1 : 100)];
                random.nextBytes(message);
                add(step, Envelope.MESSAGE, message);
                expected.add(message);
            } else if (!expected.isEmpty()) {
                requireNext(expected.remove(), seed);
            }
            assertThat(inbox.isEmpty()).isEqualTo(expected.isEmpty());
        }
        while (!expected.isEmpty()) {
            requireNext(expected.remove(), seed);
        }
        assertThat(inbox.isEmpty()).isTrue();
    }

    private void requireNext(byte[] message, long seed) {
        inbox.next();
        assertThat(inbox.message()).as("seed " + seed).isEqualTo(ByteBuffer.wrap(message));
        assertThat(inbox.message().position()).isZero();
        assertThat(inbox.message().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void shouldTellSenderAndKind() {
        add(-5, Envelope.GOODBYE, new byte[0]);
        inbox.next();

        assertThat(inbox.token()).isEqualTo(-5);
        assertThat(inbox.kind()).isEqualTo(Envelope.GOODBYE);
        assertThat(inbox.message().remaining()).isZero();
    }

    @Test
    void shouldSayWhenItIsFull() {
        byte[] message = new byte[Envelope.MAX_MESSAGE_BYTES];
        for (int i = 0; i < 1025; i++) {
            add(1, Envelope.MESSAGE, message);
        }
        assertThat(inbox.isFull()).isTrue();
        for (int i = 0; i < 1025; i++) {
            inbox.next();
        }
        assertThat(inbox.isFull()).isFalse();
        assertThat(inbox.isEmpty()).isTrue();
    }
}
