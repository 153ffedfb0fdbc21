// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class EarlyMessagesTest {
    private final EarlyMessages messages = new EarlyMessages();

    @Test
    void shouldKeepMessagesInTheirOrder() {
        messages.add(1, ByteBuffer.wrap(new byte[] {1}));
        messages.add(2, ByteBuffer.wrap(new byte[] {9}));
        messages.add(1, ByteBuffer.wrap(new byte[] {2}));

        assertThat(messages.take(1)).containsExactly(ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(new byte[] {2}));
        assertThat(messages.take(1)).isNull();
        assertThat(messages.take(2)).hasSize(1);
    }

    @Test
    void shouldCopyWhatItKeeps() {
        ByteBuffer reused = ByteBuffer.wrap(new byte[] {1});
        messages.add(1, reused);
        reused.put(0, (byte) 2);

        assertThat(messages.take(1)).containsExactly(ByteBuffer.wrap(new byte[] {1}));
    }

    @Test
    void shouldRememberThatAnEndpointSentTooMuch() {
        ByteBuffer message = ByteBuffer.allocate(1 << 20);
        for (int i = 0; i < EarlyMessages.MAX_BYTES_PER_ENDPOINT / message.capacity(); i++) {
            messages.add(1, message);
        }
        assertThat(messages.hasOverflowed(1)).isTrue();
        messages.add(2, message);
        assertThat(messages.hasOverflowed(2)).isFalse();

        assertThat(messages.take(1)).isNull();
        assertThat(messages.hasOverflowed(1)).isFalse();
        assertThat(messages.take(2)).hasSize(1);
    }

    @Test
    void shouldBoundWhatItKeepsInAll() {
        ByteBuffer message = ByteBuffer.allocate(1 << 20);
        int perEndpoint = EarlyMessages.MAX_BYTES_PER_ENDPOINT / message.capacity() - 1;
        int endpoints = EarlyMessages.MAX_BYTES / EarlyMessages.MAX_BYTES_PER_ENDPOINT + 2;
        for (int endpoint = 0; endpoint < endpoints; endpoint++) {
            for (int i = 0; i < perEndpoint; i++) {
                messages.add(endpoint, message);
            }
        }
        assertThat(messages.hasOverflowed(0)).isFalse();
        assertThat(messages.hasOverflowed(endpoints - 1)).isTrue();
    }

    @Test
    void shouldForgetTheEldestOfManyEndpoints() {
        for (int endpoint = 0; endpoint <= EarlyMessages.MAX_ENDPOINTS; endpoint++) {
            messages.add(endpoint, ByteBuffer.allocate(1));
        }
        assertThat(messages.take(0)).isNull();
        assertThat(messages.take(1)).hasSize(1);
        assertThat(messages.take(EarlyMessages.MAX_ENDPOINTS)).hasSize(1);
    }
}
