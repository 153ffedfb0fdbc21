// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What every {@link KvTransport} must do, with two and more transports in this process. A transport's test extends this
 * class and names its provider; {@link KvTransportTwoProcessContract} is the same between two processes.
 */
public abstract class KvTransportContract extends KvTransportLifecycleContract {
    private static final int REGION_BYTES = 1 << 20;
    private static final int LARGE_BYTES = 16 << 20;
    private static final int MANY_MESSAGES = 10_000;
    private static final int MAX_UNDER_WAY = 100;
    private static final Duration A_WHILE = Duration.ofMillis(100);

    /** For subclasses. */
    protected KvTransportContract() {}

    @Test
    void shouldWriteExactlyTheGivenBytes() {
        Seeds.run(random -> {
            Pair pair = pair(REGION_BYTES);
            for (int round = 0; round < 30; round++) {
                writeAndCheck(pair, random, 1 + random.nextInt(64), 30_000);
            }
        });
    }

    @Test
    void shouldWriteAsManySegmentsAsItSays() {
        Seeds.run(random -> {
            Pair pair = pair(REGION_BYTES);
            int most = pair.sender().transport().maxSegments();
            writeAndCheck(pair, random, most, REGION_BYTES / most);

            pair.receiver().messages().clear();
            SegmentList tooMany = new SegmentList(most + 1);
            while (!tooMany.isFull()) {
                tooMany.add(pair.source().id(), 0, pair.destination().id(), 0, 1, 0);
            }
            requireNothingBegun(pair, tooMany, new byte[] {1});
        });
    }

    @Test
    void shouldWriteLargeBlocks() {
        Seeds.run(random -> {
            Pair pair = pair(LARGE_BYTES);
            writeAndCheck(pair, random, 1, LARGE_BYTES);
            writeAndCheck(pair, random, 3, LARGE_BYTES / 3);
        });
    }

    /** Writes random pieces into a poisoned region and compares the whole region with what it should be. */
    private void writeAndCheck(Pair pair, Random random, int segmentCount, int maxSegmentBytes) {
        int regionBytes = Math.toIntExact(pair.source().lengthBytes());
        byte[] content = TestBytes.random(random, regionBytes);
        byte[] expected = new byte[regionBytes];
        Arrays.fill(expected, TestBytes.POISON);
        pair.sender().put(pair.source(), 0, content);
        pair.receiver().poison(pair.destination());
        SegmentList segments = new SegmentList(segmentCount);
        int to = 0;
        for (int i = 0; i < segmentCount; i++) {
            int share = Math.min(maxSegmentBytes, (regionBytes - to) / (segmentCount - i));
            int length = random.nextInt(share + 1);
            to += random.nextInt(share - length + 1);
            int from = random.nextInt(regionBytes - length + 1);
            segments.add(pair.source().id(), from, pair.destination().id(), to, length, 0);
            System.arraycopy(content, from, expected, to, length);
            to += length;
        }
        byte[] notification = TestBytes.random(random, 1 + random.nextInt(100));
        pair.receiver().messages().clear();

        TestWrite write = pair.sender().write(pair.toReceiver(), segments, notification);
        pair.until(
                pump(),
                "write and notification",
                () -> write.isEnded() && !pair.receiver().messages().isEmpty());

        assertThat(write.isCompleted()).isTrue();
        assertThat(pair.receiver().messages())
                .containsExactly(new TestNode.Message(pair.toSender(), ByteBuffer.wrap(notification)));
        assertThat(Arrays.mismatch(pair.destinationBytes(), expected)).isEqualTo(-1);
        assertThat(Arrays.mismatch(pair.sourceBytes(), content)).isEqualTo(-1);
    }

    @Test
    void shouldWriteWhatIsThereWhenAPreparedWriteIsSubmitted() {
        Seeds.run(random -> {
            Pair pair = pair(REGION_BYTES);
            KvTransport transport = pair.sender().transport();
            SegmentList segments = segment(pair.source(), 8, pair.destination(), 16, 100);
            for (int round = 1; round <= 3; round++) {
                byte[] content = TestBytes.random(random, 100);
                pair.sender().put(pair.source(), 8, TestBytes.random(random, 100));
                transport.prepareWrite(pair.toReceiver(), segments);
                transport.prepareWrite(pair.toReceiver(), segments);
                pair.sender().put(pair.source(), 8, content);

                TestWrite write = pair.sender().write(pair.toReceiver(), segments, new byte[] {1});
                int messages = round;
                pair.until(
                        pump(),
                        "write and notification",
                        () -> write.isEnded() && pair.receiver().messages().size() == messages);

                assertThat(write.isCompleted()).isTrue();
                assertThat(pair.receiver().bytes(pair.destination(), 16, 100)).isEqualTo(content);
            }
        });
    }

    @Test
    void shouldWriteSegmentsOfNoBytes() {
        Pair pair = pair(REGION_BYTES);
        SegmentList segments = new SegmentList(3);
        segments.add(pair.source().id(), 0, pair.destination().id(), 0, 0, 0);
        segments.add(pair.source().id(), REGION_BYTES, pair.destination().id(), REGION_BYTES, 0, 0);

        TestWrite empty = pair.sender().write(pair.toReceiver(), segments, new byte[] {1});
        TestWrite none = pair.sender().write(pair.toReceiver(), new SegmentList(1), new byte[] {2});
        pair.until(
                pump(),
                "writes",
                () -> empty.isEnded()
                        && none.isEnded()
                        && pair.receiver().messages().size() == 2);

        assertThat(empty.isCompleted()).isTrue();
        assertThat(none.isCompleted()).isTrue();
        assertThat(pair.destinationBytes()).containsOnly(TestBytes.POISON);
    }

    @Test
    void shouldRefuseSegmentsThatAreNotWithinTheirRegions() {
        Pair pair = pair(REGION_BYTES);
        long[][] fromToLength = {
            {REGION_BYTES, 0, 1},
            {0, REGION_BYTES, 1},
            {1, 0, REGION_BYTES},
            {0, 1, REGION_BYTES},
            {0, 0, REGION_BYTES + 1},
            {REGION_BYTES + 1, 0, 0},
            {0, REGION_BYTES + 1, 0},
            {Long.MAX_VALUE, 0, 1},
            {0, Long.MAX_VALUE, Long.MAX_VALUE},
            {1, 1, Long.MAX_VALUE},
        };
        for (long[] bad : fromToLength) {
            SegmentList segments = new SegmentList(2);
            segments.add(pair.source().id(), 0, pair.destination().id(), 0, 10, 0);
            segments.add(pair.source().id(), bad[0], pair.destination().id(), bad[1], bad[2], 0);
            requireNothingBegun(pair, segments, new byte[] {1});
        }
    }

    @Test
    void shouldRefuseUnknownRegions() {
        Pair pair = pair(REGION_BYTES);
        RegionId unknown = new RegionId(Integer.MAX_VALUE);
        SegmentList fromUnknown = new SegmentList(1);
        fromUnknown.add(unknown, 0, pair.destination().id(), 0, 1, 0);
        SegmentList toUnknown = new SegmentList(1);
        toUnknown.add(pair.source().id(), 0, unknown, 0, 1, 0);

        requireNothingBegun(pair, fromUnknown, new byte[] {1});
        requireNothingBegun(pair, toUnknown, new byte[] {1});
        requireNothingBegun(pair, segment(pair.destination(), 0, pair.destination(), 0, 1), new byte[] {1});
        requireNothingBegun(pair, segment(pair.source(), 0, pair.source(), 0, 1), new byte[] {1});
    }

    private void requireNothingBegun(Pair pair, SegmentList segments, byte[] notification) {
        TestNode sender = pair.sender();
        TestWrite refused = new TestWrite(sender);
        assertThatIllegalArgument(() ->
                sender.transport().submitWrite(pair.toReceiver(), segments, ByteBuffer.wrap(notification), refused));
        pump().forAWhile(Duration.ofMillis(20), sender, pair.receiver());
        assertThat(refused.isEnded()).isFalse();
        assertThat(pair.receiver().messages()).isEmpty();
    }

    @Test
    void shouldDeliverNotificationsAsLongAsItSays() {
        Seeds.run(random -> {
            Pair pair = pair(REGION_BYTES);
            byte[] longest = TestBytes.random(random, pair.sender().transport().maxNotificationBytes());
            byte[] tooLong = new byte[longest.length + 1];

            pair.sender().send(pair.toReceiver(), longest);
            TestWrite write = pair.write(0, 1, longest);
            pair.until(
                    pump(),
                    "longest notifications",
                    () -> write.isEnded() && pair.receiver().messages().size() == 2);
            assertThat(pair.receiver().messages())
                    .extracting(TestNode.Message::bytes)
                    .containsOnly(ByteBuffer.wrap(longest));

            pair.receiver().messages().clear();
            assertThatIllegalArgument(() -> pair.sender().send(pair.toReceiver(), tooLong));
            requireNothingBegun(pair, segment(pair.source(), 0, pair.destination(), 0, 1), tooLong);
        });
    }

    @Test
    void shouldCopyANotificationsRemainingBytes() {
        Pair pair = pair(REGION_BYTES);
        ByteBuffer part = ByteBuffer.allocateDirect(10).put(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
        part.position(3).limit(6);
        ByteBuffer readOnly = ByteBuffer.wrap(new byte[] {7}).asReadOnlyBuffer();

        pair.sender().transport().submitNotification(pair.toReceiver(), part.slice());
        pair.sender()
                .transport()
                .submitWrite(pair.toReceiver(), new SegmentList(1), part, new TestWrite(pair.sender()));
        part.clear().put(new byte[10]);
        pair.sender().transport().submitNotification(pair.toReceiver(), readOnly);
        pair.until(pump(), "messages", () -> pair.receiver().messages().size() == 3);

        assertThat(pair.receiver().messages())
                .extracting(TestNode.Message::bytes)
                .containsExactlyInAnyOrder(
                        ByteBuffer.wrap(new byte[] {3, 4, 5}),
                        ByteBuffer.wrap(new byte[] {3, 4, 5}),
                        ByteBuffer.wrap(new byte[] {7}));
    }

    @Test
    void shouldHandOutLittleEndianMessages() {
        Pair pair = pair(REGION_BYTES);
        List<Long> values = new ArrayList<>();
        pair.receiver().onMessage((from, message) -> values.add(message.getLong()));

        pair.sender().send(pair.toReceiver(), new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
        pair.until(pump(), "message", () -> !values.isEmpty());

        assertThat(values).containsExactly(1L);
    }

    @Test
    void shouldDeliverANotificationAfterItsData() {
        Seeds.run(random -> {
            Pair pair = pair(REGION_BYTES);
            TestNode receiver = pair.receiver();
            List<Integer> seen = new ArrayList<>();
            receiver.onMessage((from, message) -> seen.add(receiver.crc(pair.destination(), 0, message.getInt())));
            for (int round = 0; round < 200; round++) {
                int length = 1 + random.nextInt(REGION_BYTES);
                pair.sender().put(pair.source(), 0, TestBytes.random(random, length));
                byte[] notification = intBytes(length);
                seen.clear();

                TestWrite write = pair.write(0, length, notification);
                pair.until(pump(), "notification", () -> !seen.isEmpty());
                assertThat(seen).containsExactly(pair.sender().crc(pair.source(), 0, length));
                pair.until(pump(), "completion", write::isEnded);
            }
        });
    }

    @Test
    void shouldDeliverEachNotificationOnce() {
        Seeds.run(random -> {
            Pair pair = pair(REGION_BYTES);
            Peer toReceiver = pair.toReceiver();
            BitSet arrived = new BitSet();
            pair.receiver().onMessage((from, message) -> {
                int size = message.remaining();
                int id = size < Integer.BYTES ? -1 : message.getInt();
                if (id >= 0 && arrived.get(id)) {
                    throw new AssertionError("message " + id + " came twice");
                }
                if (id >= 0) {
                    arrived.set(id);
                }
            });
            int[] shorts = {0};
            int sent = 0;
            while (sent < MANY_MESSAGES) {
                int batch = Math.min(1 + random.nextInt(MAX_UNDER_WAY), MANY_MESSAGES - sent);
                for (int i = 0; i < batch; i++) {
                    byte[] message = numbered(sent + i, random.nextInt((16 << 10) + 1), random);
                    shorts[0] += message.length < Integer.BYTES ? 1 : 0;
                    if (random.nextBoolean()) {
                        pair.sender().send(toReceiver, message);
                    } else {
                        pair.sender().write(toReceiver, new SegmentList(1), message);
                    }
                }
                sent += batch;
                int expected = sent;
                pair.until(
                        pump(),
                        expected + " messages",
                        () -> pair.receiver().messages().size() >= expected);
                assertThat(pair.receiver().messages()).hasSize(expected);
                assertThat(arrived.cardinality() + shorts[0]).isEqualTo(expected);
            }
            pump().forAWhile(A_WHILE, pair.sender(), pair.receiver());
            assertThat(pair.receiver().messages()).hasSize(MANY_MESSAGES);
        });
    }

    private static byte[] numbered(int id, int length, Random random) {
        byte[] message = TestBytes.random(random, length);
        if (length >= Integer.BYTES) {
            System.arraycopy(intBytes(id), 0, message, 0, Integer.BYTES);
        }
        return message;
    }

    private static byte[] intBytes(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    @Test
    void shouldKeepNotificationsForAReceiverThatIsSlow() {
        Seeds.run(random -> {
            Pair pair = pair(REGION_BYTES);
            int count = 300;
            for (int i = 0; i < count; i++) {
                pair.sender().send(pair.toReceiver(), numbered(i, 16 << 10, random));
                pair.sender().poll();
            }
            pump().forAWhile(A_WHILE, pair.sender());

            pair.until(pump(), "messages", () -> pair.receiver().messages().size() == count);
            BitSet ids = new BitSet();
            pair.receiver()
                    .messages()
                    .forEach(message -> ids.set(
                            message.bytes().order(ByteOrder.LITTLE_ENDIAN).getInt(0)));
            assertThat(ids.cardinality()).isEqualTo(count);
        });
    }

    @Test
    void shouldKeepNotificationsForAReceiverThatConnectsLater() {
        TestNode early = node();
        TestNode late = node();
        Peer toLate = early.connect(late);
        early.send(toLate, new byte[] {1});
        pump().forAWhile(A_WHILE, early, late);
        assertThat(late.messages()).isEmpty();

        Peer toEarly = late.connect(early);
        late.send(toEarly, new byte[] {2});
        pump().until(
                        "both messages",
                        () -> early.messages().size() + late.messages().size() == 2,
                        early,
                        late);

        assertThat(late.messages()).containsExactly(new TestNode.Message(toEarly, ByteBuffer.wrap(new byte[] {1})));
        assertThat(early.messages()).containsExactly(new TestNode.Message(toLate, ByteBuffer.wrap(new byte[] {2})));
    }

    @Test
    void shouldReportNothingBeforePoll() throws InterruptedException {
        Pair pair = pair(REGION_BYTES);
        TestWrite write = pair.write(0, 100, new byte[] {1});
        TestWrite empty = pair.sender().write(pair.toReceiver(), new SegmentList(1), new byte[] {2});
        Thread.sleep(A_WHILE.toMillis());
        pair.sender().requireNoViolations();

        assertThat(write.isEnded()).isFalse();
        assertThat(empty.isEnded()).isFalse();
        assertThat(pair.receiver().messages()).isEmpty();
    }

    @Test
    void shouldReportNoMoreThanAskedFor() {
        Pair pair = pair(REGION_BYTES);
        int count = 20;
        for (int i = 0; i < count; i++) {
            pair.sender().write(pair.toReceiver(), segment(pair.source(), i, pair.destination(), i, 1), new byte[1]);
        }
        pump().until("reports, three at a time", () -> {
            pair.sender().poll(3);
            pair.receiver().poll(3);
            return !pair.sender().hasWritesUnderWay()
                    && pair.receiver().messages().size() == count;
        });
    }

    @Test
    void shouldReportNothingAtLimitZero() {
        Pair pair = pair(REGION_BYTES);
        pair.write(0, 100, new byte[] {1});
        for (int i = 0; i < 100; i++) {
            pair.sender().poll(0);
            pair.receiver().poll(0);
        }
        assertThat(pair.sender().hasWritesUnderWay()).isTrue();
        assertThat(pair.receiver().messages()).isEmpty();
    }

    @Test
    void shouldDoNothingWhenIdle() {
        Pair pair = pair(REGION_BYTES);
        TestWrite write = pair.write(0, 100, new byte[] {1});
        pair.until(
                pump(),
                "write",
                () -> write.isEnded() && pair.receiver().messages().size() == 1);
        pump().forAWhile(A_WHILE, pair.sender(), pair.receiver());

        for (int i = 0; i < 1000; i++) {
            assertThat(pair.sender().poll()).isZero();
            assertThat(pair.receiver().poll()).isZero();
        }
    }

    @Test
    void shouldAllowCallsFromWithinReports() {
        Pair pair = pair(REGION_BYTES);
        int rounds = 50;
        pair.receiver().onMessage((from, message) -> pair.receiver().send(from, TestBytes.of(message)));
        pair.sender().onMessage((from, message) -> {
            byte round = message.get();
            if (round < rounds) {
                pair.write(0, 100, new byte[] {(byte) (round + 1)});
            } else {
                pair.sender().disconnect(from);
            }
        });

        pair.write(0, 100, new byte[] {1});
        pair.until(pump(), "last answer", () -> pair.sender().messages().size() == rounds);
        assertThatIllegalState(() -> pair.sender().send(pair.toReceiver(), new byte[] {1}));
    }
}
