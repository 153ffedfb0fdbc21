// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.node.RunningNode;
import dev.penstock.domain.session.Session;
import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.BackendReply;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The receiver's side of the gates: keeps the questions until it opens the gate for all senders at once. */
final class ReceiverGates {
    private final RunningNode node;
    private final ConcurrentLinkedQueue<Question> questions = new ConcurrentLinkedQueue<>();

    private record Question(Session session, BackendCall call) {
        boolean is(GateKey gate) {
            return call.keys().get(0).equals(gate.value());
        }
    }

    ReceiverGates(RunningNode node) {
        this.node = node;
    }

    /** Takes a call if it is about a gate. On the loop's thread. */
    boolean take(Session session, BackendCall call) {
        if (call.keys().size() != 1 || !GateKey.is(call.keys().get(0))) {
            return false;
        }
        questions.add(new Question(session, call));
        return true;
    }

    /** How many senders wait at the gate. */
    int waiting(GateKey gate) {
        return (int) questions.stream().filter(question -> question.is(gate)).count();
    }

    /** Answers all who wait at the gate. */
    void open(GateKey gate, boolean right) {
        for (Question question : questions) {
            if (question.is(gate) && questions.remove(question)) {
                node.loop()
                        .execute(() -> question.session()
                                .reply(new BackendReply(question.call().callId(), List.of(right))));
            }
        }
    }
}
