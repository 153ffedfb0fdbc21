// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.domain.session.Session;
import dev.penstock.domain.simulation.Pair;
import dev.penstock.domain.simulation.RecordingTransport;
import dev.penstock.domain.simulation.SendLog;
import dev.penstock.domain.simulation.TestSink;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.simulation.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A sender with nothing to send goes through the motions, and nobody's objects are the worse for it. */
class RehearsalTest {
    private static final int KIB = 1024;
    private static final int PAGE = 4096;
    private static final long INTERVAL_NS = Pair.MILLIS;
    private static final byte[] NO_HEADER = {};
    /** One object that is copied and one that is gathered, each as short as a page is cut. */
    private static final RecordingTransport.Part REHEARSAL = new RecordingTransport.Part(2, 512);

    private final SendLog log = new SendLog();
    private final TestSink sink = TestSink.inPlace();

    private Pair rehearsing(Faults faults, boolean sharesMemory) {
        return new Pair(Pair.pipe(), faults, sharesMemory, INTERVAL_NS).receivingInARing(PAGE, 4, sink);
    }

    @Test
    void shouldSendWhatNobodyGetsWhileThereIsNothingToSend() {
        Pair pair = rehearsing(Faults.NONE, false);
        Session session = pair.open();

        pair.forNs(50 * INTERVAL_NS);

        List<RecordingTransport.Part> rehearsals =
                pair.sender().parts().stream().filter(REHEARSAL::equals).toList();
        assertThat(rehearsals).hasSizeBetween(40, 55);
        assertThat(pair.receiver().parts()).as("of a side that sends nothing").isEmpty();
        assertThat(sink.delivered()).isEmpty();
        assertThat(pair.receiver().count(Metric.OBJECTS_DELIVERED)).isZero();
        assertThat(pair.sender().count(Metric.OBJECTS_ACKNOWLEDGED)).isZero();
        pair.closeAndCheck(session);
    }

    @Test
    void shouldNotRehearseUnlessToldTo() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(PAGE, 4, sink);
        Session session = pair.open();

        pair.forNs(50 * INTERVAL_NS);

        assertThat(pair.sender().parts()).isEmpty();
        pair.closeAndCheck(session);
    }

    @Test
    void shouldNotRehearseWhereBothSidesShareMemory() {
        Pair pair = rehearsing(Faults.NONE, true);
        Session session = pair.open();

        pair.forNs(50 * INTERVAL_NS);

        assertThat(pair.sender().parts()).isEmpty();
        pair.closeAndCheck(session);
    }

    @Test
    void shouldSendObjectsInBetweenAsEver() {
        Pair pair = rehearsing(Faults.delays(new Random(2), INTERVAL_NS / 5), false);
        Session session = pair.open();

        for (int i = 0; i < 40; i++) {
            Span source = pair.sender().contents(i, 100 * i);
            assertThat(pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source), log))
                    .isTrue();
            // Now and then one comes while a rehearsal is on its way.
            pair.forNs(i * 70_000L);
        }
        pair.until("all are acknowledged", () -> log.acks() == 40);

        assertThat(pair.sender().parts()).contains(REHEARSAL);
        assertThat(sink.delivered()).hasSize(40);
        assertThat(log.failures()).isEmpty();
        pair.closeAndCheck(session);
    }

    @Test
    void shouldNotRehearseWhileAnObjectIsUnderWay() {
        Pair pair = rehearsing(Faults.NONE, false);
        Session session = pair.open();
        pair.until("nothing is under way", () -> pair.pipe(session).idle());
        Reservation[] reservation = new Reservation[1];
        pair.pipe(session).reserve(NO_HEADER, 100, ready -> reservation[0] = ready, log);
        pair.until("there is room", () -> reservation[0] != null);
        int before = pair.sender().parts().size();

        pair.forNs(20 * INTERVAL_NS);

        assertThat(pair.sender().parts()).hasSize(before);
        reservation[0].commit();
        pair.until("it is acknowledged", () -> log.acks() == 1);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldNotTakeItForTheBeginningOfABurst() {
        Pair pair = new Pair(new PipeConfig(4, true, 64 * KIB, 100, 1000), Faults.NONE, false, INTERVAL_NS)
                .receivingInARing(1024 * KIB, 4, sink);
        Session session = pair.open();
        Span source = pair.sender().contents(1, 512 * KIB);
        pair.until("a rehearsal is under way", () -> pair.pipe(session).pendingObjects() > 0);

        pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source), log);
        pair.until("it is acknowledged", () -> log.acks() == 1);

        assertThat(pair.sender().parts().stream()
                        .map(RecordingTransport.Part::lengthBytes)
                        .filter(bytes -> bytes > 512)
                        .findFirst())
                .as("the first part of the object")
                .hasValue(96L * KIB);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldMeasureTheLinkWhileARehearsalIsUnderWay() {
        Pair pair = rehearsing(Faults.delays(new Random(3), INTERVAL_NS / 5), false);
        Session session = pair.open();
        List<LinkReport> reports = new ArrayList<>();
        pair.until("a rehearsal is under way", () -> pair.pipe(session).pendingObjects() > 0);

        pair.pipe(session).measureLink(pair.world().clock(), new LinkListener() {
            @Override
            public void measured(LinkReport report) {
                reports.add(report);
            }

            @Override
            public void failed(KvTransferException cause) {
                throw cause;
            }
        });
        pair.until("it is measured", () -> !reports.isEmpty());

        pair.closeAndCheck(session);
    }

    @Test
    void shouldGoOnThroughManyPages() {
        Pair pair = rehearsing(Faults.NONE, false);
        Session session = pair.open();

        // Eight of them fill a page, and there are four pages.
        pair.until("many have gone", () -> pair.sender().parts().size() > 100);

        assertThat(session.state()).isEqualTo(Session.State.OPEN);
        pair.closeAndCheck(session);
    }
}
