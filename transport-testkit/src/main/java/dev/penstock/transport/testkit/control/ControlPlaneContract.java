// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.BackendOperation;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.ControlEvents;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlMessage;
import dev.penstock.ports.control.ControlPlane;
import dev.penstock.ports.control.Goodbye;
import dev.penstock.ports.control.Heartbeat;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.control.Ready;
import dev.penstock.ports.control.Welcome;
import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.control.ControlEventLog.Closed;
import dev.penstock.transport.testkit.control.ControlEventLog.Connected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ControlPlane} must do. A subclass says how to make one; each test makes its own, steps all of them on
 * its thread, and closes them.
 */
public abstract class ControlPlaneContract {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration QUIET = Duration.ofMillis(50);
    private static final long IDLE_NS = 20_000;

    private final List<Node> nodes = new ArrayList<>();

    /** For subclasses. */
    protected ControlPlaneContract() {}

    /** A control plane that neither listens nor has a link. The contract closes it. */
    protected abstract ControlPlane newControlPlane();

    /** Where to listen; port 0 where the system is to choose. */
    protected ControlAddress listenAddress() {
        return new ControlAddress("127.0.0.1", 0);
    }

    /** A control plane and what it reported. */
    private record Node(ControlPlane plane, ControlEventLog log) {}

    /** Both ends of one link. */
    private record Pair(Node initiator, ControlLink initiated, Node acceptor, ControlLink accepted) {}

    @AfterEach
    void closeAll() {
        nodes.forEach(node -> node.plane().close());
    }

    @Test
    void shouldConnectBothEnds() {
        Pair pair = pair();

        assertThat(pair.acceptor().log().entries()).containsExactly(new ControlEventLog.Accepted(pair.accepted()));
        assertThat(pair.initiator().log().entries()).containsExactly(new Connected(pair.initiated()));
        assertThat(pair.initiated().remote()).isNotBlank();
        assertThat(pair.accepted().remote()).isNotBlank();
    }

    @Test
    void shouldChooseAPortAndNameIt() {
        ControlAddress address = node().plane().listen(listenAddress());

        assertThat(address.host()).isEqualTo(listenAddress().host());
        assertThat(address.port()).isPositive();
    }

    @Test
    void shouldKeepTheOrderBothWays() {
        Pair pair = pair();
        List<ControlMessage> there = new ArrayList<>();
        List<ControlMessage> back = new ArrayList<>();

        for (int i = 1; i <= 1000; i++) {
            there.add(send(pair.initiator(), pair.initiated(), new Heartbeat(i)));
            back.add(send(pair.acceptor(), pair.accepted(), new Ready(-i)));
        }

        await(
                "all messages",
                () -> pair.acceptor().log().messages(pair.accepted()).size() == 1000
                        && pair.initiator().log().messages(pair.initiated()).size() == 1000);
        assertThat(pair.acceptor().log().messages(pair.accepted())).isEqualTo(there);
        assertThat(pair.initiator().log().messages(pair.initiated())).isEqualTo(back);
    }

    @Test
    void shouldKeepWhatIsSentBeforeTheLinkIsUp() {
        Node acceptor = node();
        Node initiator = node();
        ControlLink link = initiator.plane().connect(acceptor.plane().listen(listenAddress()));

        initiator.plane().send(link, new Heartbeat(1));

        await(
                "the message",
                () -> !acceptor.log().all(ControlEventLog.Received.class).isEmpty());
    }

    @Test
    void shouldCarryAllKindsWithAnyContents() {
        Seeds.run(random -> {
            Pair pair = pair();
            List<ControlMessage> sent = new ArrayList<>();
            for (int i = 0; i < 25 * ControlMessages.KINDS; i++) {
                sent.add(send(
                        pair.initiator(), pair.initiated(), ControlMessages.ofKind(i % ControlMessages.KINDS, random)));
            }

            await(
                    "all messages",
                    () -> pair.acceptor().log().messages(pair.accepted()).size() == sent.size());

            List<ControlMessage> received = pair.acceptor().log().messages(pair.accepted());
            for (int i = 0; i < sent.size(); i++) {
                assertThat(ControlMessages.contents(received.get(i))).isEqualTo(ControlMessages.contents(sent.get(i)));
            }
        });
    }

    @Test
    void shouldCarryTheLargestDescriptor() {
        Pair pair = pair();
        byte[] descriptor = new byte[Hello.MAX_DESCRIPTOR_BYTES];
        new Random(1).nextBytes(descriptor);

        send(pair.acceptor(), pair.accepted(), new Welcome(1, new NodeId("n"), descriptor, Optional.empty()));

        await(
                "the message",
                () -> !pair.initiator().log().messages(pair.initiated()).isEmpty());
        Welcome received =
                (Welcome) pair.initiator().log().messages(pair.initiated()).get(0);
        assertThat(received.descriptor()).isEqualTo(descriptor);
    }

    @Test
    void shouldCarryTheMostKeys() {
        Pair pair = pair();
        BackendCall call = new BackendCall(
                7, BackendOperation.CONTAINS, Collections.nCopies(BackendCall.MAX_KEYS, "k".repeat(200)));

        send(pair.initiator(), pair.initiated(), call);

        await(
                "the message",
                () -> !pair.acceptor().log().messages(pair.accepted()).isEmpty());
        assertThat(pair.acceptor().log().messages(pair.accepted())).containsExactly(call);
    }

    @Test
    void shouldNotSendWhatIsTooLarge() {
        Pair pair = pair();
        String longKey = "k".repeat(BackendCall.MAX_KEY_BYTES);
        BackendCall tooLong = new BackendCall(1, BackendOperation.CONTAINS, List.of(longKey + "k"));
        BackendCall tooLarge = new BackendCall(
                1,
                BackendOperation.CONTAINS,
                Collections.nCopies(ControlPlane.MAX_MESSAGE_BYTES / BackendCall.MAX_KEY_BYTES, longKey));

        assertThatIllegalArgumentException().isThrownBy(() -> send(pair.initiator(), pair.initiated(), tooLong));
        assertThatIllegalArgumentException().isThrownBy(() -> send(pair.initiator(), pair.initiated(), tooLarge));

        send(pair.initiator(), pair.initiated(), new Heartbeat(1));
        await(
                "the message",
                () -> !pair.acceptor().log().messages(pair.accepted()).isEmpty());
        assertThat(pair.acceptor().log().messages(pair.accepted())).containsExactly(new Heartbeat(1));
    }

    @Test
    void shouldKeepManyLinksApart() {
        Node acceptor = node();
        ControlAddress address = acceptor.plane().listen(listenAddress());
        List<Node> initiators = new ArrayList<>();
        List<ControlLink> links = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Node initiator = i % 10 == 0 ? node() : initiators.get(i - 1);
            initiators.add(initiator);
            ControlLink link = initiator.plane().connect(address);
            links.add(link);
            for (int n = 0; n < 20; n++) {
                initiator.plane().send(link, new Heartbeat(1000L * i + n));
            }
        }

        await(
                "all messages",
                () -> acceptor.log().all(ControlEventLog.Received.class).size() == 20 * 20);

        List<List<ControlMessage>> expected = new ArrayList<>();
        List<List<ControlMessage>> received = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            List<ControlMessage> one = new ArrayList<>();
            for (int n = 0; n < 20; n++) {
                one.add(new Heartbeat(1000L * i + n));
            }
            expected.add(one);
        }
        for (ControlEventLog.Accepted accepted : acceptor.log().all(ControlEventLog.Accepted.class)) {
            List<ControlMessage> messages = acceptor.log().messages(accepted.link());
            received.add(messages);
            // The answer goes where the question came from.
            acceptor.plane().send(accepted.link(), messages.get(0));
        }
        assertThat(received).containsExactlyInAnyOrderElementsOf(expected);
        for (int i = 0; i < 20; i++) {
            ControlEventLog log = initiators.get(i).log();
            ControlLink link = links.get(i);
            await("the answer", () -> !log.messages(link).isEmpty());
            assertThat(log.messages(link)).containsExactly(new Heartbeat(1000L * i));
        }
    }

    @Test
    void shouldReportARefusedConnectionOnceAndSoon() {
        Node gone = node();
        ControlAddress address = gone.plane().listen(listenAddress());
        gone.plane().close();
        Node initiator = node();
        long begin = System.nanoTime();

        ControlLink link = initiator.plane().connect(address);

        await("the end", () -> initiator.log().isClosed(link));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
        assertThat(initiator.log().all(Closed.class).get(0).cause()).satisfies(cause -> {
            assertThat(cause.kind()).isEqualTo(FailureKind.PEER_LOST);
            assertThat(cause).hasMessageContaining(address.toString());
        });
        settle();
        assertThat(initiator.log().size()).isEqualTo(1);
    }

    @Test
    void shouldConnectAgainAsSoonAsThePeerListens() {
        Node before = node();
        ControlAddress address = before.plane().listen(listenAddress());
        before.plane().close();
        Node initiator = node();
        for (int i = 0; i < 3; i++) {
            ControlLink refused = initiator.plane().connect(address);
            await("the end", () -> initiator.log().isClosed(refused));
        }

        node().plane().listen(address);
        initiator.plane().connect(address);

        await("the link", () -> !initiator.log().all(Connected.class).isEmpty());
    }

    @Test
    void shouldNotListenWhereAnotherListens() {
        ControlAddress address = node().plane().listen(listenAddress());
        ControlPlane second = node().plane();

        assertThatExceptionOfType(KvTransferException.class)
                .isThrownBy(() -> second.listen(address))
                .withMessageContaining(address.toString())
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE));

        assertThatNoException().isThrownBy(() -> second.listen(listenAddress()));
    }

    @Test
    void shouldReportAClosedLinkToTheAcceptorOnceAndLast() {
        Pair pair = pair();
        send(pair.initiator(), pair.initiated(), new Goodbye(1, ""));

        pair.initiator().plane().close(pair.initiated());

        assertEnds(pair.acceptor(), pair.accepted(), new Goodbye(1, ""));
    }

    @Test
    void shouldReportAClosedLinkToTheInitiatorOnceAndLast() {
        Pair pair = pair();
        send(pair.acceptor(), pair.accepted(), new Goodbye(1, ""));

        pair.acceptor().plane().close(pair.accepted());

        assertEnds(pair.initiator(), pair.initiated(), new Goodbye(1, ""));
    }

    @Test
    void shouldDeliverWhatWasSentBeforeTheInitiatingNodeClosed() {
        Pair pair = pair();
        send(pair.initiator(), pair.initiated(), new Goodbye(1, "bye"));

        pair.initiator().plane().close();

        assertEnds(pair.acceptor(), pair.accepted(), new Goodbye(1, "bye"));
    }

    @Test
    void shouldDeliverWhatWasSentBeforeTheAcceptingNodeClosed() {
        Pair pair = pair();
        send(pair.acceptor(), pair.accepted(), new Goodbye(1, "bye"));

        pair.acceptor().plane().close();

        assertEnds(pair.initiator(), pair.initiated(), new Goodbye(1, "bye"));
    }

    @Test
    void shouldDeliverAllThatWasSentBeforeAClose() {
        Pair pair = pair();
        List<ControlMessage> sent = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            sent.add(send(pair.initiator(), pair.initiated(), new Heartbeat(i)));
        }

        pair.initiator().plane().close(pair.initiated());

        assertEnds(pair.acceptor(), pair.accepted(), sent.toArray(ControlMessage[]::new));
    }

    @Test
    void shouldReportNothingOfALinkThatThisSideClosed() {
        Pair pair = pair();
        send(pair.acceptor(), pair.accepted(), new Heartbeat(1));
        send(pair.acceptor(), pair.accepted(), new Heartbeat(2));
        // The messages are there by now, or on their way.
        pause();

        pair.initiator().plane().close(pair.initiated());
        send(pair.acceptor(), pair.accepted(), new Heartbeat(3));
        await("the end", () -> pair.acceptor().log().isClosed(pair.accepted()));
        settle();

        assertThat(pair.initiator().log().of(pair.initiated())).containsExactly(new Connected(pair.initiated()));
    }

    @Test
    void shouldReportNothingOfALinkThatBothSidesClosed() {
        Pair pair = pair();

        pair.initiator().plane().close(pair.initiated());
        pair.acceptor().plane().close(pair.accepted());
        settle();

        assertThat(pair.initiator().log().all(Closed.class)).isEmpty();
        assertThat(pair.acceptor().log().all(Closed.class)).isEmpty();
    }

    @Test
    void shouldReportNothingOfALinkThatWasGivenUpBeforeItCameUp() {
        Node acceptor = node();
        Node initiator = node();

        ControlLink link = initiator.plane().connect(acceptor.plane().listen(listenAddress()));
        initiator.plane().close(link);
        settle();

        assertThat(initiator.log().size()).isZero();
    }

    @Test
    void shouldDropWhatIsSentOnALinkThatIsDown() {
        Pair pair = pair();
        pair.acceptor().plane().close(pair.accepted());
        await("the end", () -> pair.initiator().log().isClosed(pair.initiated()));

        assertThatNoException().isThrownBy(() -> {
            send(pair.initiator(), pair.initiated(), new Heartbeat(1));
            send(pair.acceptor(), pair.accepted(), new Heartbeat(1));
            pair.initiator().plane().close(pair.initiated());
            pair.acceptor().plane().close(pair.accepted());
            pair.initiator().plane().close(pair.initiated());
        });
        settle();
        assertThat(pair.initiator().log().all(Closed.class)).hasSize(1);
    }

    @Test
    void shouldKeepOtherLinksWhenOneIsClosed() {
        Pair pair = pair();
        ControlLink second = pair.initiator().plane().connect(addressOf(pair.initiated()));
        await(
                "the second link",
                () -> pair.initiator().log().all(Connected.class).size() == 2);

        pair.initiator().plane().close(pair.initiated());
        await("the end", () -> pair.acceptor().log().isClosed(pair.accepted()));
        send(pair.initiator(), second, new Heartbeat(2));

        await(
                "the message",
                () -> pair.acceptor().log().all(ControlEventLog.Received.class).stream()
                        .anyMatch(received -> received.message().equals(new Heartbeat(2))));
    }

    @Test
    void shouldReportNoMoreThanAskedFor() {
        Pair pair = pair();
        for (int i = 0; i < 10; i++) {
            send(pair.initiator(), pair.initiated(), new Heartbeat(i));
        }
        pause();

        ControlEventLog log = pair.acceptor().log();
        while (log.messages(pair.accepted()).size() < 10) {
            int before = log.size();
            int events = pair.acceptor().plane().poll(log, 1);
            assertThat(events).isBetween(0, 1);
            assertThat(log.size() - before).isEqualTo(events);
        }
        assertThat(pair.acceptor().plane().poll(log, 0)).isZero();
    }

    @Test
    void shouldPollZeroWhenNothingHappens() {
        Pair pair = pair();
        settle();

        for (int i = 0; i < 1000; i++) {
            assertThat(pair.initiator().plane().poll(pair.initiator().log(), 16))
                    .isZero();
            assertThat(pair.acceptor().plane().poll(pair.acceptor().log(), 16)).isZero();
        }
    }

    @Test
    void shouldAllowCallsFromWithinEvents() {
        Node initiator = node();

        ControlLink link = connectToOneThat(EchoAndClose::new, initiator, new Heartbeat(5));

        assertThat(initiator.log().messages(link)).containsExactly(new Heartbeat(5));
    }

    @Test
    void shouldAllowCallsOnALinkAsSoonAsItIsAccepted() {
        Node initiator = node();

        ControlLink link = connectToOneThat(GreetAndClose::new, initiator);

        assertThat(initiator.log().of(link))
                .hasSize(3)
                .startsWith(new Connected(link), new ControlEventLog.Received(link, new Heartbeat(1)));
    }

    /** A node's link to one that calls its control plane from within events, from its beginning to its end. */
    private ControlLink connectToOneThat(
            Function<ControlPlane, ControlEvents> calls, Node initiator, ControlMessage... messages) {
        try (ControlPlane plane = newControlPlane()) {
            ControlEvents events = calls.apply(plane);
            ControlLink link = initiator.plane().connect(plane.listen(listenAddress()));
            for (ControlMessage message : messages) {
                initiator.plane().send(link, message);
            }
            await("the end", () -> {
                plane.poll(events, 16);
                return initiator.log().isClosed(link);
            });
            return link;
        }
    }

    @Test
    void shouldCloseTwiceAndReportNothingAfterwards() {
        Pair pair = pair();
        send(pair.acceptor(), pair.accepted(), new Heartbeat(1));
        pause();
        int before = pair.initiator().log().size();

        pair.initiator().plane().close();
        pair.initiator().plane().close();
        settle();

        assertThat(pair.initiator().log().size()).isEqualTo(before);
        assertThatIllegalStateException()
                .isThrownBy(() -> pair.initiator().plane().listen(listenAddress()));
        assertThatIllegalStateException()
                .isThrownBy(() -> pair.initiator().plane().connect(addressOf(pair.initiated())));
        assertThatNoException().isThrownBy(() -> send(pair.initiator(), pair.initiated(), new Heartbeat(2)));
    }

    @Test
    void shouldCloseWithinASecondWhilePeersAreSilent() {
        Pair pair = pair();
        for (int i = 0; i < 2000; i++) {
            send(pair.initiator(), pair.initiated(), new Goodbye(i, "x".repeat(2000)));
        }

        // The acceptor is not polled any more: it takes nothing.
        long begin = System.nanoTime();
        pair.initiator().plane().close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(1200));

        begin = System.nanoTime();
        pair.acceptor().plane().close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(1200));
    }

    @Test
    void shouldFreeThePortOnClose() {
        Pair pair = pair();
        ControlAddress address = addressOf(pair.initiated());

        pair.acceptor().plane().close();

        assertThat(node().plane().listen(address)).isEqualTo(address);
    }

    /** Does nothing about an event, unless a subclass does. */
    private abstract static class Unmoved implements ControlEvents {
        @Override
        public void accepted(ControlLink link) {}

        @Override
        public void connected(ControlLink link) {}

        @Override
        public void received(ControlLink link, ControlMessage message) {}

        @Override
        public void closed(ControlLink link, KvTransferException cause) {}
    }

    /** Sends each message back and closes the link at once. */
    private static final class EchoAndClose extends Unmoved {
        private final ControlPlane plane;

        EchoAndClose(ControlPlane plane) {
            this.plane = plane;
        }

        @Override
        public void received(ControlLink link, ControlMessage message) {
            plane.send(link, message);
            plane.close(link);
        }
    }

    /** Sends a message on each link that it is told of and closes the link at once. */
    private static final class GreetAndClose extends Unmoved {
        private final ControlPlane plane;

        GreetAndClose(ControlPlane plane) {
            this.plane = plane;
        }

        @Override
        public void accepted(ControlLink link) {
            plane.send(link, new Heartbeat(1));
            plane.close(link);
        }
    }

    private Node node() {
        Node node = new Node(newControlPlane(), new ControlEventLog());
        nodes.add(node);
        return node;
    }

    private Pair pair() {
        Node acceptor = node();
        Node initiator = node();
        ControlLink initiated = initiator.plane().connect(acceptor.plane().listen(listenAddress()));
        await("both ends", () -> acceptor.log().size() == 1 && initiator.log().size() == 1);
        ControlLink accepted =
                acceptor.log().all(ControlEventLog.Accepted.class).get(0).link();
        return new Pair(initiator, initiated, acceptor, accepted);
    }

    /** Where a link that a node initiated leads. */
    private static ControlAddress addressOf(ControlLink initiated) {
        String remote = initiated.remote();
        int colon = remote.lastIndexOf(':');
        String host = remote.substring(0, colon).replace("[", "").replace("]", "");
        return new ControlAddress(host, Integer.parseInt(remote.substring(colon + 1)));
    }

    private static ControlMessage send(Node node, ControlLink link, ControlMessage message) {
        node.plane().send(link, message);
        return message;
    }

    /** The node sees the messages, then that the link is closed, and no more. */
    private void assertEnds(Node node, ControlLink link, ControlMessage... messages) {
        await("the end", () -> node.log().isClosed(link));
        settle();
        assertThat(node.log().messages(link)).containsExactly(messages);
        List<ControlEventLog.Entry> entries = node.log().of(link);
        assertThat(entries).hasSize(messages.length + 2);
        assertThat(entries.get(entries.size() - 1))
                .isInstanceOfSatisfying(
                        Closed.class,
                        closed -> assertThat(closed.cause().kind()).isEqualTo(FailureKind.PEER_LOST));
    }

    private int pollAll() {
        int events = 0;
        for (Node node : nodes) {
            events += node.plane().poll(node.log(), 16);
        }
        return events;
    }

    private void await(String what, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (pollAll() == 0) {
                LockSupport.parkNanos(IDLE_NS);
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new AssertionError(what + " did not come within " + PATIENCE + "; reported: "
                            + nodes.stream().map(node -> node.log().entries()).toList());
                }
            }
        }
    }

    /** Polls until nothing has happened for a while. */
    private void settle() {
        long quietSinceNs = System.nanoTime();
        while (System.nanoTime() - quietSinceNs < QUIET.toNanos()) {
            if (pollAll() > 0) {
                quietSinceNs = System.nanoTime();
            }
            LockSupport.parkNanos(IDLE_NS);
        }
    }

    /** Lets time pass without polling. */
    private static void pause() {
        try {
            Thread.sleep(QUIET.toMillis());
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interruption);
        }
    }
}
