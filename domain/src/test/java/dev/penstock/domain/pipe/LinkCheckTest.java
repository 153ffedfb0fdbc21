// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.domain.session.Session;
import dev.penstock.domain.simulation.Pair;
import dev.penstock.domain.simulation.SendLog;
import dev.penstock.domain.simulation.TestSink;
import dev.penstock.domain.wire.Echo;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Region;
import dev.penstock.transport.testkit.simulation.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A link is measured before it is used, and nobody but the one who asked hears of it. */
class LinkCheckTest implements LinkListener {
    private static final int PAGE = 4096;
    private static final long LATENCY_NS = 40_000;
    private static final byte[] NO_HEADER = {};

    private final List<LinkReport> reports = new ArrayList<>();
    private final List<KvTransferException> failures = new ArrayList<>();

    @Override
    public void measured(LinkReport report) {
        reports.add(report);
    }

    @Override
    public void failed(KvTransferException cause) {
        failures.add(cause);
    }

    @Test
    void shouldSayHowLongBytesAndAnswersTake() {
        Pair pair = new Pair(Pair.pipe(), Faults.delays(new Random(1), LATENCY_NS), false)
                .receivingInARing(PAGE, 4, TestSink.inPlace());
        Session session = pair.open();

        pair.pipe(session).measureLink(pair.world().clock(), this);
        pair.until("it is measured", () -> !reports.isEmpty());

        LinkReport report = reports.get(0);
        assertThat(report.sharesMemory()).isFalse();
        assertThat(report.bytes()).isGreaterThanOrEqualTo(4 * PAGE).isEqualTo(report.bytes() / PAGE * PAGE);
        assertThat(report.nanos()).isPositive();
        assertThat(report.gibPerSecond()).isEqualTo(report.bytes() / 1073741824.0 / (report.nanos() / 1e9));
        assertThat(report.roundTripNs()).isPositive().isLessThan(3 * LATENCY_NS);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldLetObjectsWaitUntilItIsOver() {
        TestSink sink = TestSink.inPlace();
        Pair pair = new Pair(Pair.pipe()).receivingInARing(PAGE, 4, sink);
        Session session = pair.open();
        SendLog log = new SendLog();
        Region region = pair.sender().memory().allocate(PAGE);

        pair.pipe(session).measureLink(pair.world().clock(), this);
        pair.pipe(session).send(NO_HEADER, new SendSource.Copied(region.span()), log);
        pair.until("it arrived", () -> !sink.delivered().isEmpty());

        assertThat(reports).hasSize(1);
        assertThat(sink.delivered()).hasSize(1);
        pair.sender().memory().free(region.id());
        pair.closeAndCheck(session);
    }

    @Test
    void shouldWriteNothingWhereMemoryIsShared() {
        Pair pair = new Pair(Pair.pipe(), Faults.NONE, true).receivingInARing(PAGE, 4, TestSink.inPlace());
        Session session = pair.open();

        pair.pipe(session).measureLink(pair.world().clock(), this);
        pair.until("it is measured", () -> !reports.isEmpty());

        assertThat(reports.get(0).sharesMemory()).isTrue();
        assertThat(reports.get(0).bytes()).isZero();
        assertThat(reports.get(0).gibPerSecond()).isInfinite();
        pair.closeAndCheck(session);
    }

    @Test
    void shouldTakeAnswersThatComeTwiceOnce() {
        Pair pair = new Pair(Pair.pipe(), Faults.NONE.withRepetitions(0.5, 0), false)
                .receivingInARing(PAGE, 4, TestSink.inPlace());
        Session session = pair.open();

        pair.pipe(session).measureLink(pair.world().clock(), this);
        pair.until("it is measured", () -> !reports.isEmpty());

        assertThat(reports).hasSize(1);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldMeasureAgainWhenNothingIsUnderWay() {
        TestSink sink = TestSink.inPlace();
        Pair pair = new Pair(Pair.pipe(), Faults.NONE.withRepetitions(0.5, 0), false).receivingInARing(PAGE, 4, sink);
        Session session = pair.open();
        PipeSender pipe = pair.pipe(session);
        Region region = pair.sender().memory().allocate(PAGE);
        for (int time = 1; time <= 3; time++) {
            int times = time;
            pipe.measureLink(pair.world().clock(), this);
            pair.until("it is measured", () -> reports.size() == times);
            SendLog log = new SendLog();
            pipe.send(NO_HEADER, new SendSource.Copied(region.span()), log);
            assertThatThrownBy(() -> pipe.measureLink(pair.world().clock(), this))
                    .isInstanceOf(IllegalStateException.class);
            pair.until("it is acknowledged", pipe::idle);
        }
        assertThat(sink.delivered()).hasSize(3);
        assertThat(reports).allSatisfy(report -> assertThat(report.bytes()).isGreaterThanOrEqualTo(PAGE));
        pair.sender().memory().free(region.id());
        pair.closeAndCheck(session);
    }

    @Test
    void shouldFailWithTheSession() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(PAGE, 4, TestSink.inPlace());
        Session session = pair.open();
        pair.pipe(session).measureLink(pair.world().clock(), this);

        session.leave("never mind");
        pair.until("it is over", () -> session.state().isFinal());

        assertThat(reports).isEmpty();
        assertThat(failures).extracting(KvTransferException::kind).containsExactly(FailureKind.CLOSED);
    }

    @Test
    void shouldRefuseToMeasureWhatIsInUse() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(PAGE, 4, TestSink.inPlace());
        Session session = pair.open();
        PipeSender pipe = pair.pipe(session);
        pipe.measureLink(pair.world().clock(), this);

        assertThatThrownBy(() -> pipe.measureLink(pair.world().clock(), this))
                .isInstanceOf(IllegalStateException.class);
        pair.until("it is measured", () -> !reports.isEmpty());
        pair.closeAndCheck(session);
    }

    @Test
    void shouldEndTheSessionOfAPeerThatAnswersWhatNobodyAsked() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(PAGE, 4, TestSink.inPlace());
        PipeSender pipe = pair.pipe(pair.open());

        assertThatThrownBy(() -> pipe.onPong(Echo.pong(Echo.buffer(), 1, 1)))
                .isInstanceOf(KvTransferException.class)
                .hasMessageContaining("nothing was asked");
        pipe.measureLink(pair.world().clock(), this);
        assertThatThrownBy(() -> pipe.onPong(Echo.pong(Echo.buffer(), 1, 7)))
                .isInstanceOf(KvTransferException.class)
                .hasMessageContaining("answer 7");
    }
}
