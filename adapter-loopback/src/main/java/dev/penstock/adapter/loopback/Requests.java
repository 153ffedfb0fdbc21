// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.SegmentList;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The beginning and the end of writes: keeps their sources registered, calls their completions, and reuses the objects. */
final class Requests {
    private final Registrations registrations;
    private final Deque<PendingWrite> free = new ArrayDeque<>();
    private final Deque<PendingWrite> failed = new ArrayDeque<>();

    Requests(Registrations registrations) {
        this.registrations = registrations;
    }

    Registrations registrations() {
        return registrations;
    }

    PendingWrite begin(@Nullable SegmentList segments, ByteBuffer notification, @Nullable Completion completion) {
        PendingWrite spare = free.poll();
        PendingWrite write = spare == null ? new PendingWrite() : spare;
        write.begin(segments, notification, completion);
        registrations.use(segments);
        return write;
    }

    /** Ends a write whose notification is at the peer. The caller has forgotten it. */
    void complete(PendingWrite write, PollRound round) {
        Completion completion = end(write);
        if (completion != null) {
            round.countReport();
            completion.completed();
        }
    }

    /** Ends a write that won't go on; its completion is told by {@link #reportFailures} or {@link #reportAllFailures}. */
    void fail(PendingWrite write, KvTransferException cause) {
        write.fail(cause);
        failed.add(write);
    }

    /** Fails all writes of a queue and empties it. */
    void failAll(Deque<PendingWrite> writes, KvTransferException cause) {
        for (PendingWrite write = writes.poll(); write != null; write = writes.poll()) {
            fail(write, cause);
        }
    }

    void reportFailures(PollRound round) {
        while (round.mayReport() && !failed.isEmpty()) {
            PendingWrite write = failed.remove();
            if (write.completion() != null) {
                round.countReport();
            }
            report(write);
        }
    }

    void reportAllFailures() {
        for (PendingWrite write = failed.poll(); write != null; write = failed.poll()) {
            report(write);
        }
    }

    private void report(PendingWrite write) {
        KvTransferException failure = write.failure();
        Completion completion = end(write);
        // A notification alone has no completion: it is dropped, and the lost peer says so.
        if (completion != null && failure != null) {
            completion.failed(failure);
        }
    }

    private @Nullable Completion end(PendingWrite write) {
        Completion completion = write.completion();
        registrations.unuse(write.segments());
        write.end();
        free.add(write);
        return completion;
    }
}
