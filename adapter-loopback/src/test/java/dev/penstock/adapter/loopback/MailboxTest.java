// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.transport.testkit.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxTest {
    private static final EndpointAddress WRITER = new EndpointAddress("writer", 1, 2);
    private static final EndpointAddress READER = new EndpointAddress("reader", 3, 4);

    @TempDir
    private Path place;

    private SharedDirectory shared;
    private MappedFile file;
    private final ByteBuffer scratch = ByteBuffer.allocate(Mailbox.MAX_MESSAGE_BYTES);

    @BeforeEach
    void create() throws IOException {
        shared = SharedDirectory.in(List.of(place));
        Files.createDirectory(shared.of(READER));
        file = Mailbox.open(shared, WRITER, READER);
    }

    @AfterEach
    void unmap() {
        file.release();
    }

    @Test
    void shouldCarryMessagesOfAllSizesInOrder() {
        Seeds.run(random -> {
            MailboxWriter writer = new MailboxWriter(file);
            MailboxReader reader = new MailboxReader(file);
            Deque<ByteBuffer> under = new ArrayDeque<>();
            int full = 0;
            for (int i = 0; i < 20_000; i++) {
                if (random.nextInt(100) < 55) {
                    ByteBuffer message = message(random);
                    if (writer.offer(message)) {
                        under.add(message);
                    } else {
                        full++;
                    }
                } else {
                    assertThat(reader.take(scratch)).isEqualTo(!under.isEmpty());
                    if (!under.isEmpty()) {
                        assertThat(scratch).isEqualTo(under.remove());
                    }
                }
            }
            while (!under.isEmpty()) {
                assertThat(reader.take(scratch)).isTrue();
                assertThat(scratch).isEqualTo(under.remove());
            }
            assertThat(reader.take(scratch)).isFalse();
            assertThat(full).isPositive();
        });
    }

    private static ByteBuffer message(Random random) {
        int length = random.nextInt(10) == 0 ? random.nextInt(Mailbox.MAX_MESSAGE_BYTES + 1) : random.nextInt(2_000);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    @Test
    void shouldGoOnWhereAnEarlierConnectionStopped() {
        assertThat(new MailboxWriter(file).offer(ByteBuffer.wrap(new byte[] {1})))
                .isTrue();
        assertThat(new MailboxWriter(file).offer(ByteBuffer.wrap(new byte[] {2})))
                .isTrue();

        assertThat(new MailboxReader(file).take(scratch)).isTrue();
        assertThat(scratch).isEqualTo(ByteBuffer.wrap(new byte[] {1}));
        assertThat(new MailboxReader(file).take(scratch)).isTrue();
        assertThat(scratch).isEqualTo(ByteBuffer.wrap(new byte[] {2}));
        assertThat(new MailboxReader(file).take(scratch)).isFalse();
    }

    @Test
    void shouldBeOneFileForBothEnds() throws IOException {
        MappedFile again = Mailbox.open(shared, WRITER, READER);
        assertThat(new MailboxWriter(file).offer(ByteBuffer.wrap(new byte[] {1})))
                .isTrue();

        assertThat(new MailboxReader(again).take(scratch)).isTrue();
        again.release();
        assertThat(SharedFiles.namesIn(shared.of(READER))).containsExactly(WRITER.inboxName());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Mailbox.MAX_MESSAGE_BYTES + 1, Integer.MAX_VALUE, 100})
    void shouldRefuseALengthThatCannotBe(int length) {
        MailboxReader reader = new MailboxReader(file);
        assertThat(new MailboxWriter(file).offer(ByteBuffer.wrap(new byte[] {1})))
                .isTrue();
        file.whole().putInt(Mailbox.RING_OFFSET, length);

        assertProtocolFailure(() -> reader.take(scratch));
    }

    @ParameterizedTest
    @ValueSource(longs = {-8, 1, 12, Mailbox.CAPACITY_BYTES + 8, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldRefuseATailThatCannotBe(long tail) {
        MailboxReader reader = new MailboxReader(file);
        Mailbox.publish(file.whole(), Mailbox.TAIL_OFFSET, tail);

        assertProtocolFailure(() -> reader.take(scratch));
    }

    @ParameterizedTest
    @ValueSource(longs = {-8, 1 << 20, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldRefuseAHeadThatCannotBe(long head) {
        MailboxWriter writer = new MailboxWriter(file);
        ByteBuffer longest = ByteBuffer.allocate(Mailbox.MAX_MESSAGE_BYTES);
        Mailbox.publish(file.whole(), Mailbox.HEAD_OFFSET, head);

        assertProtocolFailure(() -> {
            while (writer.offer(longest)) {
                assertThat(longest.remaining()).isEqualTo(Mailbox.MAX_MESSAGE_BYTES);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {-8, 1, Long.MIN_VALUE})
    void shouldRefuseToBeginWhereNoRecordBegins(long position) {
        Mailbox.publish(file.whole(), Mailbox.TAIL_OFFSET, position);
        Mailbox.publish(file.whole(), Mailbox.HEAD_OFFSET, position);

        assertProtocolFailure(() -> new MailboxWriter(file));
        assertProtocolFailure(() -> new MailboxReader(file));
    }

    @Test
    void shouldRefuseAFileThatIsNoMailbox() throws IOException {
        file.whole().putLong(0, 42);
        assertProtocolFailure(() -> Mailbox.open(shared, WRITER, READER));

        Files.write(shared.of(READER).resolve(READER.inboxName()), new byte[10]);
        assertThatThrownBy(() -> Mailbox.open(shared, READER, READER)).isInstanceOf(IOException.class);
    }

    private static void assertProtocolFailure(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KvTransferException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL));
    }
}
