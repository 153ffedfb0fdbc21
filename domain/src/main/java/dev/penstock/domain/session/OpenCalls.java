// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.BackendReply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The calls to the peer's store that are not answered, and who waits for each. */
final class OpenCalls {
    private final Map<Long, Waiting> waiting = new HashMap<>();
    private long nextCall = 1;

    private record Waiting(BackendReplyListener listener, int keys) {}

    /** The number of the next call. */
    long next() {
        return nextCall++;
    }

    void await(long callId, int keys, BackendReplyListener listener) {
        waiting.put(callId, new Waiting(listener, keys));
    }

    /**
     * Tells who waits for it.
     *
     * @throws KvTransferException of kind PROTOCOL if nobody does
     */
    void replied(BackendReply reply) {
        Waiting asked = waiting.get(reply.callId());
        if (asked == null || asked.keys() != reply.hits().size()) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL, "take a control message", "a reply that answers no call of this side");
        }
        waiting.remove(reply.callId());
        asked.listener().replied(reply.hits());
    }

    /** No call will be answered any more. */
    void fail(KvTransferException cause) {
        List<Waiting> unanswered = List.copyOf(waiting.values());
        waiting.clear();
        unanswered.forEach(asked -> asked.listener().failed(cause));
    }
}
