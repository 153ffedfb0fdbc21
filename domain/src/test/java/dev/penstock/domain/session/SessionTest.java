// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.pipe.Reservation;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.domain.simulation.Pair;
import dev.penstock.domain.simulation.PairEnd;
import dev.penstock.domain.simulation.SendLog;
import dev.penstock.domain.simulation.TestSink;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.control.ProtocolVersion;
import dev.penstock.ports.control.SessionTerms;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.simulation.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How sessions begin and end, one way at a time. */
class SessionTest {
    private static final int KIB = 1024;
    private static final byte[] NO_HEADER = {};

    private final SendLog log = new SendLog();

    @Test
    void shouldGiveUpWhenNobodyAnswers() {
        Pair pair = new Pair(Pair.pipe());
        pair.sender().connect(KIB);

        pair.until("it gives up", () -> !pair.sender().log().isEmpty());

        assertThat(pair.world().clock().nanoTime()).isBetween(50 * Pair.MILLIS, 52 * Pair.MILLIS);
        assertThat(pair.sender().failure().kind()).isEqualTo(FailureKind.TIMEOUT);
        assertThat(pair.sender().failure()).hasMessageContaining("is the other side running");
        assertThat(pair.sender().node().ended()).isTrue();
    }

    @Test
    void shouldTryAgainUntilTheOtherSideIsThere() {
        Pair pair = new Pair(Pair.pipe());
        Session session = pair.sender().connect(8 * KIB);
        pair.forNs(20 * Pair.MILLIS);

        pair.receivingInARing(KIB, 4, TestSink.inPlace());
        pair.until("it is open", () -> pair.sender().log().contains("opened"));

        assertThat(session.state()).isEqualTo(Session.State.OPEN);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldNameTheTermsInWhichTwoNodesDiffer() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 4, TestSink.inPlace());
        pair.sender()
                .withTerms(new SessionTerms(
                        "test", "simulated", "host", "qwen", "", "bfloat16", 512, "sha256", "mum64-v1"));
        pair.sender().connect(KIB);

        pair.until("it is refused", () -> !pair.sender().log().isEmpty());

        assertThat(pair.sender().failure().kind()).isEqualTo(FailureKind.REFUSED);
        assertThat(pair.sender().failure())
                .hasMessageContaining("model: receiver has 'llama', sender has 'qwen'")
                .hasMessageContaining("chunk size: receiver has '256', sender has '512'");
        assertThat(pair.receiver().log()).isEmpty();
        pair.until("nothing is left", () -> pair.receiver().node().ended());
    }

    @Test
    void shouldRefuseAnotherVersionByItsNumber() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 4, TestSink.inPlace());
        StrangePeer peer = new StrangePeer(pair, hello(999, pair.sender()));

        pair.until("it is refused", peer::isRefused);

        assertThat(peer.reason()).contains("receiver speaks protocol version 1, sender speaks 999");
        pair.until("nothing is left", () -> pair.receiver().node().ended());
    }

    @Test
    void shouldRefuseAnEndpointThatIsInAnotherSession() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 4, TestSink.inPlace());
        Session session = pair.open();
        StrangePeer peer = new StrangePeer(pair, hello(ProtocolVersion.CURRENT, pair.sender()));

        pair.until("it is refused", peer::isRefused);

        assertThat(peer.reason()).contains("endpoint is in another session");
        assertThat(session.state()).isEqualTo(Session.State.OPEN);
        assertThat(pair.receiver().session().state()).isEqualTo(Session.State.OPEN);
        pair.closeAndCheck(session);
    }

    private static Hello hello(int version, PairEnd endpoint) {
        byte[] descriptor = endpoint.process().transport().descriptor();
        return new Hello(version, new NodeId("stranger"), Pair.TERMS, descriptor, Optional.empty());
    }

    @Test
    void shouldSettleEverythingBeforeGoodbye() {
        TestSink sink = TestSink.inPlace();
        Pair pair = new Pair(Pair.pipe(), slow(), false).receivingInARing(KIB, 4, sink);
        Session session = pair.open();
        Span source = pair.sender().contents(1, KIB);
        for (int i = 0; i < 50; i++) {
            pair.pipe(session).send(NO_HEADER, new SendSource.Copied(source), log);
        }

        session.close();
        assertThat(session.state()).isEqualTo(Session.State.DRAINING);
        pair.until("it is closed", () -> session.state().isFinal());

        assertThat(session.state()).isEqualTo(Session.State.CLOSED);
        assertThat(log.acks()).isEqualTo(50);
        assertThat(sink.delivered()).hasSize(50);
        pair.closeAndCheck(session);
        assertThat(pair.receiver().log()).containsExactly("opened", "closed ");
    }

    private static Faults slow() {
        return new Faults(100_000, 100_000, 100_000, 100_000, 100_000, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void shouldTellThePeerWhyItLeavesAndFailWhatIsPending() {
        TestSink sink = TestSink.inPlace().holding();
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 2, sink);
        Session session = pair.open();
        for (int i = 0; i < 5; i++) {
            pair.pipe(session)
                    .send(NO_HEADER, new SendSource.Copied(pair.sender().contents(1, KIB)), log);
        }
        pair.until("some are there", () -> sink.delivered().size() == 2);

        session.leave("going home");
        pair.until("it is over", () -> session.state().isFinal());

        assertThat(log.failures())
                .extracting(KvTransferException::kind)
                .containsOnly(FailureKind.CLOSED)
                .hasSize(5);
        assertThat(log.releases()).isEqualTo(5);
        assertThat(pair.receiver().log()).containsExactly("opened", "closed going home");
        // What was delivered stays until it is settled.
        pair.forNs(Pair.MILLIS);
        assertThat(pair.receiver().node().ended()).isFalse();
        sink.delivered().forEach(object -> object.settle());
        pair.closeAndCheck(session);
    }

    @Test
    void shouldFailWhatIsPendingAtOnceWhenThePeerLeaves() {
        TestSink sink = TestSink.inPlace().holding();
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 2, sink);
        Session session = pair.open();
        for (int i = 0; i < 5; i++) {
            pair.pipe(session)
                    .send(NO_HEADER, new SendSource.Copied(pair.sender().contents(1, KIB)), log);
        }
        pair.until("some are there", () -> sink.delivered().size() == 2);
        long left = pair.world().clock().nanoTime();

        pair.receiver().session().leave("going home");
        pair.until("it is over", () -> session.state().isFinal());

        assertThat(pair.world().clock().nanoTime() - left).isLessThan(Pair.MILLIS);
        assertThat(pair.sender().log()).containsExactly("opened", "closed going home");
        assertThat(log.failures())
                .hasSize(5)
                .allSatisfy(failure -> assertThat(failure).hasMessage("the peer left: going home"));
        sink.delivered().forEach(object -> object.settle());
        pair.closeAndCheck(session);
    }

    @Test
    void shouldFailObjectsThatMakeNoProgress() {
        TestSink sink = TestSink.inPlace().holding();
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 1, sink);
        Session session = pair.open();
        pair.pipe(session).send(NO_HEADER, new SendSource.Copied(pair.sender().contents(1, KIB)), log);
        pair.pipe(session).send(NO_HEADER, new SendSource.Copied(pair.sender().contents(1, KIB)), log);

        pair.until("it is over", () -> session.state().isFinal());

        assertThat(pair.sender().failure().kind()).isEqualTo(FailureKind.TIMEOUT);
        assertThat(pair.sender().failure()).hasMessageContaining("2 objects made no progress for 20 ms");
        assertThat(log.failures()).hasSize(2);
        sink.delivered().forEach(object -> object.settle());
        pair.closeAndCheck(session);
    }

    @Test
    void shouldNotTakeAnOwnerWhoTakesHisTimeForAStall() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 4, TestSink.inPlace());
        Session session = pair.open();
        List<Reservation> ready = new ArrayList<>();
        pair.pipe(session).reserve(NO_HEADER, KIB, ready::add, log);

        pair.forNs(60 * Pair.MILLIS);
        assertThat(session.state()).isEqualTo(Session.State.OPEN);
        ready.get(0).commit();

        pair.until("it is acknowledged", () -> log.acks() == 1);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldNotWaitForAnOwnerForEverWhenItWantsToLeave() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 4, TestSink.inPlace());
        Session session = pair.open();
        List<Reservation> ready = new ArrayList<>();
        pair.pipe(session).reserve(NO_HEADER, KIB, ready::add, log);
        pair.until("there is room", () -> !ready.isEmpty());

        session.close();
        pair.until("it is over", () -> session.state().isFinal());

        assertThat(pair.sender().failure().kind()).isEqualTo(FailureKind.TIMEOUT);
        // His memory stays until he is done with it.
        pair.forNs(Pair.MILLIS);
        assertThat(pair.sender().node().ended()).isFalse();
        ready.get(0).abandon();
        pair.closeAndCheck(session);
    }

    /** He writes in this side's ring, which is none of the peer's business; in the peer's, it would be. */
    @Test
    void shouldLeaveAtOnceThoughAnOwnerStillWrites() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 4, TestSink.inPlace());
        Session session = pair.open();
        List<Reservation> ready = new ArrayList<>();
        pair.pipe(session).reserve(NO_HEADER, KIB, ready::add, log);
        pair.until("there is room", () -> !ready.isEmpty());

        session.leave("going home");
        pair.until("it is over", () -> session.state().isFinal());

        assertThat(session.state()).isEqualTo(Session.State.CLOSED);
        pair.forNs(Pair.MILLIS);
        assertThat(pair.sender().node().ended()).isFalse();
        ready.get(0).commit();
        pair.closeAndCheck(session);
        assertThat(log.failures()).hasSize(1);
    }

    @Test
    void shouldNoticeAPeerThatFallsSilent() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 4, TestSink.inPlace());
        Session session = pair.open();
        pair.sender().process().kill(false);
        long died = pair.world().clock().nanoTime();

        pair.until("it is noticed", () -> pair.receiver().log().contains("failed PEER_LOST"));

        assertThat(pair.world().clock().nanoTime() - died).isBetween(7 * Pair.MILLIS, 11 * Pair.MILLIS);
        assertThat(pair.receiver().failure()).hasMessageContaining("silent for 10 ms");
        assertThat(session.state()).isEqualTo(Session.State.OPEN);
        pair.until("nothing is left", () -> pair.receiver().node().ended());
    }

    @Test
    void shouldKeepAnIdleSessionOpen() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 4, TestSink.inPlace());
        Session session = pair.open();

        pair.forNs(100 * Pair.MILLIS);

        assertThat(session.state()).isEqualTo(Session.State.OPEN);
        assertThat(pair.receiver().session().state()).isEqualTo(Session.State.OPEN);
        pair.closeAndCheck(session);
    }

    @Test
    void shouldQuarantineGrantedPagesUntilTheNodeReturns() {
        TestSink sink = TestSink.inPlace();
        Pair pair = new Pair(Pair.pipe());
        PagePool pages = pair.receivingInAStore(KIB, 6, sink);
        pair.open();
        assertThat(pages.freePages()).isZero();

        pair.sender().process().kill(true);
        pair.until("it is noticed", () -> pair.receiver().log().contains("failed PEER_LOST"));
        pair.until("nothing is left", () -> pair.receiver().node().ended());
        assertThat(pages.quarantinedPages()).isEqualTo(6);

        PairEnd back = pair.newSender();
        Session session = back.connect(8 * KIB);
        pair.until("it is back", () -> back.log().contains("opened"));
        pair.until("its pages are granted again", () -> pages.heldPages() == 6);
        pair.pipe(session).send(NO_HEADER, new SendSource.Copied(back.contents(1, KIB)), log);
        pair.until("it is acknowledged", () -> log.acks() == 1);
        pair.closeAndCheck(session);
        assertThat(pages.freePages()).isEqualTo(6);
    }

    @Test
    void shouldTakeANodeThatComesBackForLost() {
        Pair pair = new Pair(Pair.pipe());
        PagePool pages = pair.receivingInAStore(KIB, 6, TestSink.inPlace());
        pair.open();
        // It restarts before its silence is noticed.
        pair.sender().process().kill(false);

        Session session = pair.newSender().connect(8 * KIB);
        pair.until("it is back", () -> pair.sender().log().contains("opened"));
        pair.until("its pages are granted again", () -> pages.heldPages() == 6);

        assertThat(pair.receiver().log()).containsExactly("opened", "failed PEER_LOST", "opened");
        assertThat(pair.receiver().failure()).hasMessageContaining("came back in a new session");
        pair.closeAndCheck(session);
        assertThat(pages.freePages()).isEqualTo(6);
    }

    @Test
    void shouldRefuseSessionsWhenItLeaves() {
        Pair pair = new Pair(Pair.pipe()).receivingInARing(KIB, 4, TestSink.inPlace());
        pair.receiver().node().leave("shutting down");
        pair.sender().connect(KIB);

        pair.until("it is refused", () -> !pair.sender().log().isEmpty());

        assertThat(pair.sender().failure().kind()).isEqualTo(FailureKind.REFUSED);
        assertThat(pair.sender().failure()).hasMessageContaining("leaving");
    }
}
