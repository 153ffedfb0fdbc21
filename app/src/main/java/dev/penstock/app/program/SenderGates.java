// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.node.RunningNode;
import dev.penstock.domain.session.BackendReplyListener;
import dev.penstock.domain.session.Session;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.BackendOperation;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The sender's side of the gates. */
final class SenderGates {
    private final RunningNode node;
    private final Session session;
    private final Patience patience;

    SenderGates(RunningNode node, Session session, Patience patience) {
        this.node = node;
        this.session = session;
        this.patience = patience;
    }

    /**
     * Waits until the receiver opens the gate.
     *
     * @return whether it found everything right
     */
    boolean pass(GateKey gate) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        node.loop()
                .submit(() -> {
                    session.call(BackendOperation.CONTAINS, List.of(gate.value()), new Answer(answer));
                    return true;
                })
                .whenComplete((done, thrown) -> {
                    if (thrown != null) {
                        answer.completeExceptionally(thrown);
                    }
                });
        return patience.await(answer, () -> {});
    }

    private record Answer(CompletableFuture<Boolean> answer) implements BackendReplyListener {
        @Override
        public void replied(List<Boolean> hits) {
            answer.complete(hits.get(0));
        }

        @Override
        public void failed(KvTransferException cause) {
            answer.completeExceptionally(cause);
        }
    }
}
