// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.console.RunOutput;
import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.domain.session.Acceptor;
import dev.penstock.domain.session.SessionPlan;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.SessionTerms;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** The receiver's sessions with its senders: as many as it expects, no more. */
final class SenderSessions implements Acceptor {
    private final SessionTerms terms;
    private final int expected;
    private final ReceiverPart part;
    private final ReceiverGates gates;
    private final RunOutput output;
    private final List<SessionWatch> watches = new CopyOnWriteArrayList<>();
    /** What refused senders were told, until a person was. */
    private final ConcurrentLinkedQueue<String> refusals = new ConcurrentLinkedQueue<>();

    private String lastRefusal = "";

    SenderSessions(SessionTerms terms, int expected, ReceiverPart part, ReceiverGates gates, RunOutput output) {
        this.terms = terms;
        this.expected = expected;
        this.part = part;
        this.gates = gates;
        this.output = output;
    }

    @Override
    public SessionTerms terms() {
        return terms;
    }

    @Override
    public SessionPlan plan(Hello hello) {
        if (watches.size() == expected) {
            throw new KvTransferException(
                    FailureKind.REFUSED,
                    "take a sender",
                    "all " + expected + " expected senders are here: start the receiver with a larger"
                            + " --num-expected-senders");
        }
        SessionWatch watch = new SessionWatch("sender", gates);
        watches.add(watch);
        return new SessionPlan(
                terms,
                Optional.of(part.inbound(hello.node())),
                pageBytes -> {
                    throw new IllegalStateException("this side sends nothing");
                },
                watch);
    }

    @Override
    public void refused(Hello hello, KvTransferException cause) {
        refusals.add(hello.node() + ": " + cause.getMessage());
    }

    /**
     * Waits for all senders.
     *
     * @throws RunFailure if they do not come in time
     * @throws KvTransferException if one is lost meanwhile
     */
    void awaitAll(Patience patience, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        patience.watch(() -> {
            tellRefusals();
            requireNoFailure();
            if (System.nanoTime() - deadline > 0) {
                throw notAllCame(timeout);
            }
        });
        patience.until(() -> opened() == expected, () -> {});
    }

    private RunFailure notAllCame(Duration timeout) {
        String message = opened() + " of " + expected + " senders came within " + timeout.toMillis() + " ms";
        return lastRefusal.isEmpty()
                ? new RunFailure(ExitCode.PEER_LOST, message)
                : new RunFailure(ExitCode.REFUSED, message + ", and one was refused: " + lastRefusal);
    }

    private int opened() {
        return (int) watches.stream().filter(watch -> watch.opened().isDone()).count();
    }

    private void requireNoFailure() {
        for (SessionWatch watch : watches) {
            if (watch.opened().isCompletedExceptionally()) {
                watch.requireAlive();
            }
        }
    }

    /**
     * Throws if a session is over.
     *
     * @throws KvTransferException what ended it
     */
    void requireAlive() {
        tellRefusals();
        watches.forEach(SessionWatch::requireAlive);
    }

    private void tellRefusals() {
        String refusal = refusals.poll();
        while (refusal != null) {
            lastRefusal = refusal;
            output.note("refused " + refusal);
            refusal = refusals.poll();
        }
    }

    /** Waits until all senders have left, however they do. */
    void awaitGoodbyes(Patience patience, Duration atMost) {
        for (SessionWatch watch : watches) {
            patience.await(watch.over(), atMost, "a sender did not say goodbye");
        }
    }
}
