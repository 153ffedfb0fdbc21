// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.domain.session.Session;
import dev.penstock.domain.simulation.Contents;
import dev.penstock.domain.simulation.Pair;
import dev.penstock.domain.simulation.RecordingTransport;
import dev.penstock.domain.simulation.SendLog;
import dev.penstock.domain.simulation.TestSink;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.PagedChunk;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.simulation.Faults;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a pipe does, one thing at a time. The simulation tests all of it at once. */
class PipeTest {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    private static final byte[] NO_HEADER = {};

    private static final Faults SLOW_COPIES = new Faults(0, 0, 0, 0, Pair.MILLIS, 0, 0, 0, 0, 0, 0);

    private final SendLog log = new SendLog();

    @Test
    void shouldSendManySmallObjectsInFewParts() {
        TestSink sink = TestSink.inPlace();
        Pair pair = new Pair(Pair.pipe()).receivingInARing(8 * MIB, 4, sink);
        Session session = pair.open();
        Span source = pair.sender().contents(1, 64 * KIB);

        for (int i = 0; i < 1000; i++) {
            assertThat(pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source), log))
                    .isTrue();
        }
        pair.until("all are acknowledged", () -> log.acks() == 1000);

        // 62.5 MiB in pages of 8 MiB: eight full ones; the end of the burst is cut finer.
        assertThat(pair.sender().parts().size()).isBetween(8, 16);
        assertThat(pair.sender().parts().stream()
                        .mapToInt(RecordingTransport.Part::pieces)
                        .sum())
                .isEqualTo(1000);
        assertThat(sink.delivered()).hasSize(1000);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldSendOneSmallObjectAtOnceWhenTheLinkIsIdle() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(8 * MIB, 4, TestSink.inPlace());
        Session session = pair.open();
        Span source = pair.sender().contents(1, 100);

        pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source), log);
        // One step to place and to copy it, one to see that the copy is done.
        pair.step();
        pair.step();

        assertThat(pair.sender().parts()).containsExactly(new RecordingTransport.Part(1, 100));
        pair.until("it is acknowledged", () -> log.acks() == 1);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldCutFinerAtTheStartAndTheEndOfABurst() {
        Pair pair = cuttingFine();
        Session session = pair.open();

        sendTwelve(pair, session);
        pair.until("all are acknowledged", () -> log.acks() == 12);

        List<Long> lengths = pair.sender().parts().stream()
                .map(RecordingTransport.Part::lengthBytes)
                .toList();
        assertThat(lengths.get(0)).isEqualTo(96 * KIB);
        assertThat(lengths).contains((long) MIB);
        assertThat(lengths.get(lengths.size() - 1)).isLessThanOrEqualTo(128 * KIB);
        assertThat(lengths.get(lengths.size() - 2)).isLessThan(MIB);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldBeginABurstWithTwoParts() {
        Pair pair = cuttingFine();
        Session session = pair.open();

        sendTwelve(pair, session);
        // As for one object: the second part was placed and copied beside the first, and is posted beside it.
        pair.step();
        pair.step();

        assertThat(pair.sender().parts())
                .extracting(RecordingTransport.Part::lengthBytes)
                .containsExactly(96L * KIB, 192L * KIB);
        pair.until("all are acknowledged", () -> log.acks() == 12);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldPostAPartFromWithinTheReportThatItIsFilled() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(8 * MIB, 4, TestSink.inPlace());
        Session session = pair.open();
        Span source = pair.sender().contents(1, 100);
        pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source), log);
        pair.step();
        assertThat(pair.sender().parts()).isEmpty();

        pair.sender().memory().poll(1);

        assertThat(pair.sender().parts()).containsExactly(new RecordingTransport.Part(1, 100));
        pair.until("it is acknowledged", () -> log.acks() == 1);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldFillTwoPartsAndNoMoreBeforeTheFirstWrite() {
        Pair pair = cuttingFine(SLOW_COPIES);
        Session session = pair.open();

        sendTwelve(pair, session);
        int most = 0;
        while (pair.sender().parts().isEmpty()) {
            pair.step();
            most = Math.max(most, pair.sender().memory().requestsUnderWay());
        }

        assertThat(most).isEqualTo(2);
        pair.until("all are acknowledged", () -> log.acks() == 12);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldPrepareTheWriteOfAPartWhileItIsFilled() {
        Pair pair = cuttingFine(SLOW_COPIES);
        Session session = pair.open();

        sendTwelve(pair, session);
        pair.until("all are acknowledged", () -> log.acks() == 12);

        assertThat(pair.sender().preparedParts())
                .isEqualTo(pair.sender().parts().size());
        pair.closeAndCheck(session);
    }

    @Test
    void shouldSendTheEndOfABurstBeforeTheLinkIsIdle() {
        Pair pair = cuttingFine(new Faults(Pair.MILLIS, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        Session session = pair.open();
        Span source = pair.sender().contents(1, 64 * KIB);

        // Two that the link has to do with, and one that could wait for more to share its write with.
        for (long kib : new long[] {64, 64, 40}) {
            pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source.slice(0, kib * KIB)), log);
            pair.step();
        }
        pair.until("the last is posted", () -> pair.sender().parts().size() == 3);

        assertThat(pair.sender().count(Metric.BYTES_SENT)).as("written by then").isZero();
        pair.until("all are acknowledged", () -> log.acks() == 3);
        pair.closeAndCheck(session);
    }

    /** First parts of 64 KiB, in pages of a MiB. */
    private static Pair cuttingFine() {
        return new Pair(new PipeConfig(4, true, 64 * KIB, 10_000, 1000)).receivingInARing(MIB, 16, TestSink.inPlace());
    }

    private static Pair cuttingFine(Faults faults) {
        return new Pair(new PipeConfig(4, true, 64 * KIB, 10_000, 1000), faults, false)
                .receivingInARing(MIB, 16, TestSink.inPlace());
    }

    /** Objects of a MiB. */
    private void sendTwelve(Pair pair, Session session) {
        Span source = pair.sender().contents(1, MIB);
        for (int i = 0; i < 12; i++) {
            pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source), log);
        }
    }

    @Test
    void shouldPassAnObjectThatIsLargerThanTheRing() {
        int length = 100 * KIB + 13;
        List<Span> destinations = new ArrayList<>();
        Pair pair = new Pair(Pair.pipe());
        TestSink sink = new TestSink(object -> {
            destinations.add(pair.receiver().region(object.lengthBytes()));
            return Placement.into(destinations.get(0));
        });
        pair.receivingInARing(4 * KIB, 3, sink);
        Session session = pair.open();

        pair.pipe(session).send(NO_HEADER, new SendSource.Copied(pair.sender().contents(7, length)), log);
        pair.until("it is acknowledged", () -> log.acks() == 1);

        assertThat(sink.delivered()).hasSize(1);
        assertThat(pair.receiver().read(destinations.get(0))).isEqualTo(Contents.of(7, length));
        pair.closeAndCheck(session);
    }

    @Test
    void shouldRejectAnObjectThatCannotStayInTheRing() {
        TestSink sink = TestSink.inPlace();
        Pair pair = new Pair(Pair.pipe()).receivingInARing(4 * KIB, 3, sink);
        Session session = pair.open();
        int ring = 12 * KIB;

        // The second one has the length for it, but begins in a page that the first one has begun.
        for (int length : new int[] {256, ring, ring + 1, 256}) {
            pair.pipe(session)
                    .send(NO_HEADER, new SendSource.Copied(pair.sender().contents(1, length)), log);
            pair.until("it is settled", () -> pair.pipe(session).idle());
        }

        assertThat(log.acks()).isEqualTo(2);
        assertThat(log.failures())
                .extracting(KvTransferException::kind)
                .containsOnly(FailureKind.CAPACITY)
                .hasSize(2);
        assertThat(sink.dropped())
                .extracting(KvTransferException::kind)
                .containsOnly(FailureKind.CAPACITY)
                .hasSize(2);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldKeepAnObjectInPlaceThatFillsTheWholeRing() {
        TestSink sink = TestSink.inPlace().holding();
        Pair pair = new Pair(Pair.pipe()).receivingInARing(4 * KIB, 3, sink);
        Session session = pair.open();

        pair.pipe(session).send(NO_HEADER, new SendSource.Copied(pair.sender().contents(1, 12 * KIB)), log);
        pair.until("it is there", () -> sink.delivered().size() == 1);

        assertThat(sink.delivered().get(0).pages()).containsExactly(0, 1, 2);
        assertThat(sink.delivered().get(0).pieces()).hasSize(1);
        sink.delivered().get(0).settle();
        pair.closeAndCheck(session);
    }

    @Test
    void shouldAnswerWithBackPressureAndRecover() {
        PipeConfig pipe = new PipeConfig(2, true, 1 << 20, 3, 1000);
        Pair pair = new Pair(pipe).receivingInARing(KIB, 2, TestSink.inPlace());
        Session session = pair.open();
        Span source = pair.sender().contents(1, KIB);

        int queued = 0;
        while (pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source), log)) {
            queued++;
        }
        assertThat(queued).isEqualTo(3);
        assertThat(pair.pipe(session).queueRoom()).isZero();
        pair.until("there is room", () -> pair.pipe(session).queueRoom() > 0);

        assertThat(pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source), log))
                .isTrue();
        pair.until("all are acknowledged", () -> log.acks() == 4);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldNotHaveMoreObjectsUnderWayThanTheReceiverHasRoomFor() {
        TestSink sink = TestSink.inPlace().holding();
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 2, sink);
        Session session = pair.open();
        Span source = pair.sender().contents(1, KIB);
        for (int i = 0; i < 5; i++) {
            pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source), log);
        }

        pair.forNs(5 * Pair.MILLIS);
        assertThat(sink.delivered()).hasSize(2);
        assertThat(log.acks()).isZero();
        sink.delivered().get(0).settle();
        pair.until("the next one comes", () -> sink.delivered().size() == 3);

        assertThat(log.acks()).isEqualTo(1);
        assertThat(pair.receiver().session().receiver().orElseThrow().busy()).isTrue();
        for (int i = 1; i < 5; i++) {
            int next = i;
            pair.until("the next one comes", () -> sink.delivered().size() > next);
            sink.delivered().get(i).settle();
        }
        pair.closeAndCheck(session);
    }

    @Test
    void shouldAcknowledgeWhatIsSettledOnlyBehindWhatCameBefore() {
        TestSink sink = TestSink.inPlace().holding();
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 4, sink);
        Session session = pair.open();
        for (int i = 0; i < 2; i++) {
            pair.pipe(session)
                    .send(NO_HEADER, new SendSource.Copied(pair.sender().contents(1, KIB)), log);
        }
        pair.until("both are there", () -> sink.delivered().size() == 2);

        sink.delivered().get(1).settle();
        pair.forNs(Pair.MILLIS);
        assertThat(log.acks()).isZero();
        sink.delivered().get(0).settle();

        pair.until("both are acknowledged", () -> log.acks() == 2);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldRejectWhatWasDamagedOnTheWayAndDeliverTheRest() {
        TestSink sink = TestSink.inPlace();
        Pair pair = new Pair(Pair.pipe(), Faults.NONE.withCorruption(0.3), false).receivingInARing(KIB, 4, sink);
        Session session = pair.open();
        for (int i = 0; i < 100; i++) {
            pair.pipe(session)
                    .send(NO_HEADER, new SendSource.Copied(pair.sender().contents(i, KIB)), log);
        }

        pair.until("all are settled", () -> pair.pipe(session).idle());

        assertThat(log.failures())
                .isNotEmpty()
                .extracting(KvTransferException::kind)
                .containsOnly(FailureKind.CORRUPTED);
        assertThat(sink.delivered()).hasSize(log.acks());
        assertThat(sink.dropped()).hasSize(log.failures().size());
        assertThat(log.acks() + log.failures().size()).isEqualTo(100);
        assertThat(pair.receiver().count(Metric.DIGEST_MISMATCHES))
                .isEqualTo(log.failures().size());
        pair.closeAndCheck(session);
    }

    /** Far more than the window over sequences is long. */
    @Test
    void shouldIgnoreNotificationsThatComeAgain() {
        TestSink sink = TestSink.inPlace();
        Faults repeating = new Faults(3000, 3000, 3000, 0, 0, 100_000, 0, 0, 0, 0.5, 0.5);
        Pair pair = new Pair(Pair.pipe(), repeating, false).receivingInARing(KIB, 4, sink);
        Session session = pair.open();
        Span source = pair.sender().contents(1, KIB);
        for (int i = 0; i < 5000; i++) {
            pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source), log);
        }

        pair.until("all are acknowledged", () -> log.acks() == 5000);

        assertThat(sink.delivered()).hasSize(5000);
        assertThat(pair.receiver().count(Metric.DUPLICATE_NOTIFICATIONS)).isGreaterThan(1000);
        assertThat(pair.sender().count(Metric.DUPLICATE_NOTIFICATIONS)).isGreaterThan(1000);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldTellTheSenderWhyAnObjectIsRefused() {
        TestSink sink = new TestSink(object -> Placement.refuse(FailureKind.CAPACITY));
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 4, sink);
        Session session = pair.open();

        pair.pipe(session).send(NO_HEADER, new SendSource.Copied(pair.sender().contents(1, 5 * KIB)), log);
        pair.until("it is settled", () -> pair.pipe(session).idle());

        assertThat(log.failures()).extracting(KvTransferException::kind).containsExactly(FailureKind.CAPACITY);
        assertThat(sink.dropped()).isEmpty();
        pair.closeAndCheck(session);
    }

    @Test
    void shouldRejectAnObjectThatWasCutWithinRowsAndGoOn() {
        int rowBytes = 24;
        int tokens = 100;
        int objectBytes = rowBytes * tokens;
        Pair pair = new Pair(Pair.pipe());
        TestSink sink = new TestSink(object -> object.lengthBytes() == objectBytes
                ? new Placement.Scattered(rows(pair.receiver().region(objectBytes), rowBytes, tokens))
                : Placement.inPlace());
        pair.receivingInARing(KIB, 4, sink);
        Session session = pair.open();
        Span source = pair.sender().contents(3, objectBytes);

        pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source), log);
        pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source, 3 * 256), log);
        pair.until("both are settled", () -> pair.pipe(session).idle());

        assertThat(log.failures()).extracting(KvTransferException::kind).containsExactly(FailureKind.REFUSED);
        assertThat(sink.dropped()).extracting(KvTransferException::kind).containsExactly(FailureKind.REFUSED);
        assertThat(log.acks()).isEqualTo(1);
        assertThat(sink.delivered()).hasSize(1);
        pair.closeAndCheck(session);
    }

    private static PagedChunk rows(Span layer, int rowBytes, int tokens) {
        int[] mapping = new int[tokens];
        for (int token = 0; token < tokens; token++) {
            mapping[token] = tokens - 1 - token;
        }
        return new PagedChunk(
                new PagedKv(new PagedKvLayout(1, 1, 1, tokens, rowBytes), List.of(layer)),
                0,
                1,
                ChunkLayout.LAYERS_FIRST,
                mapping,
                0,
                tokens);
    }

    @Test
    void shouldSendWhatItsOwnerWritesInTheRingAndNotWhatHeGivesUp() {
        TestSink sink = TestSink.inPlace().holding();
        Pair pair = new Pair(Pair.pipe()).receivingInARing(4 * KIB, 4, sink);
        Session session = pair.open();
        List<Reservation> ready = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pair.pipe(session).reserve(NO_HEADER, KIB, ready::add, log);
        }
        pair.until("there is room", () -> ready.size() == 3);
        pair.forNs(Pair.MILLIS);
        assertThat(sink.delivered()).isEmpty();

        for (int i = 2; i >= 0; i--) {
            pair.sender()
                    .memory()
                    .write(ByteBuffer.wrap(Contents.of(i, KIB)), ready.get(i).span());
            if (i == 1) {
                ready.get(i).abandon();
            } else {
                ready.get(i).commit();
            }
            assertThat(ready.get(i).finished()).isTrue();
        }
        pair.until("two are there", () -> sink.delivered().size() == 2);

        assertThat(pair.receiver().read(sink.delivered().get(0).pieces().get(0)))
                .isEqualTo(Contents.of(0, KIB));
        assertThat(pair.receiver().read(sink.delivered().get(1).pieces().get(0)))
                .isEqualTo(Contents.of(2, KIB));
        sink.delivered().forEach(ArrivingObject::settle);
        pair.until("all are settled", () -> pair.pipe(session).idle());
        assertThat(log.acks()).isEqualTo(2);
        assertThat(log.failures()).extracting(KvTransferException::kind).containsExactly(FailureKind.CLOSED);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldRefuseWhatCannotBeSentAndQueueNothing() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 4, TestSink.inPlace());
        Session session = pair.open();
        PipeSender pipe = pair.pipe(session);
        Span source = pair.sender().contents(1, KIB);

        assertThatIllegalArgumentException().isThrownBy(() -> pipe.reserve(NO_HEADER, KIB + 1, room -> {}, log));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pipe.send(new byte[9000], new SendSource.Copied(source), log));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pipe.send(NO_HEADER, new SendSource.Copied(new Span(source.region(), 1, KIB)), log));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pipe.send(NO_HEADER, new SendSource.Copied(source, 5 * 256), log));
        assertThat(pipe.idle()).isTrue();
        session.close();
        assertThatExceptionOfType(KvTransferException.class)
                .isThrownBy(() -> pipe.send(NO_HEADER, new SendSource.Copied(source), log))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.CLOSED));
        pair.closeAndCheck(session);
    }

    @Test
    void shouldNotStageRegisteredMemory() {
        Pair pair = new Pair(new PipeConfig(4, false, 1 << 30, 100, 1000))
                .receivingInARing(64 * KIB, 4, TestSink.inPlace());
        Session session = pair.open();
        Span source = pair.sender().contents(1, 200 * KIB);
        pair.sender().process().transport().register(pair.sender().memory().region(source.region()));

        pair.pipe(session).send(NO_HEADER, new SendSource.Registered(source), log);
        pair.until("it is acknowledged", () -> log.acks() == 1);

        // One read on this side, one write on the other: the floor.
        assertThat(pair.sender().count(Metric.MEMORY_BYTES_READ)).isEqualTo(200 * KIB);
        assertThat(pair.sender().count(Metric.MEMORY_BYTES_WRITTEN)).isZero();
        assertThat(pair.receiver().count(Metric.MEMORY_BYTES_READ)).isZero();
        assertThat(pair.receiver().count(Metric.MEMORY_BYTES_WRITTEN)).isEqualTo(200 * KIB);
        assertThat(log.releases()).isEqualTo(1);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldBeginWithWholePagesWhereNothingHasToBeFilled() {
        Pair pair =
                new Pair(new PipeConfig(4, false, 64 * KIB, 100, 1000)).receivingInARing(MIB, 4, TestSink.inPlace());
        Session session = pair.open();
        Span source = pair.sender().contents(1, 3 * MIB);
        pair.sender().process().transport().register(pair.sender().memory().region(source.region()));

        pair.pipe(session).send(NO_HEADER, new SendSource.Registered(source), log);
        pair.until("it is acknowledged", () -> log.acks() == 1);

        assertThat(pair.sender().parts().get(0).lengthBytes()).isEqualTo(MIB);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldRefuseToSendFromARegionThatIsNotRegistered() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(64 * KIB, 4, TestSink.inPlace());
        Session session = pair.open();
        Span source = pair.sender().contents(1, 100);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> pair.pipe(session).send(NO_HEADER, new SendSource.Registered(source), log))
                .withMessageContaining("region " + source.region().value() + " is not registered")
                .withMessageContaining("register it before");

        assertThat(pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source), log))
                .isTrue();
        pair.until("what came next is acknowledged", () -> log.acks() == 1);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldFailTheSessionAloneWhenARegionIsDeregisteredBeforeItIsSent() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(64 * KIB, 4, TestSink.inPlace());
        Session session = pair.open();
        Span source = pair.sender().contents(1, 100);
        pair.sender().process().transport().register(pair.sender().memory().region(source.region()));

        pair.pipe(session).send(NO_HEADER, new SendSource.Registered(source), log);
        pair.sender().process().transport().deregister(source.region());
        pair.until("the session fails", () -> session.state() == Session.State.FAILED);

        assertThat(log.failures())
                .singleElement()
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.REFUSED));
        assertThat(log.releases()).isEqualTo(1);
        Session next = pair.sender().connect(8 * 64 * KIB);
        pair.until("the node opens another session", () -> next.state() == Session.State.OPEN);
        pair.pipe(next).send(NO_HEADER, new SendSource.Copied(source), log);
        pair.until("an object is acknowledged in it", () -> log.acks() == 1);
        pair.closeAndCheck(next);
    }

    @Test
    void shouldCopyOnceWhereBothSidesShareMemory() {
        PipeConfig pipe = new PipeConfig(4, false, 1 << 30, 100, 1000);
        Pair pair = new Pair(pipe, Faults.NONE, true).receivingInARing(64 * KIB, 4, TestSink.inPlace());
        Session session = pair.open();

        pair.pipe(session).send(NO_HEADER, new SendSource.Copied(pair.sender().contents(1, 100 * KIB)), log);
        pair.until("it is acknowledged", () -> log.acks() == 1);

        assertThat(pair.sender().count(Metric.MEMORY_BYTES_READ)).isEqualTo(100 * KIB);
        assertThat(pair.sender().count(Metric.MEMORY_BYTES_WRITTEN)).isEqualTo(100 * KIB);
        assertThat(pair.receiver().count(Metric.MEMORY_BYTES_WRITTEN)).isZero();
        pair.closeAndCheck(session);
    }
}
