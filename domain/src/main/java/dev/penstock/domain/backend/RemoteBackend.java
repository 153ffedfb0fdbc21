// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.domain.channel.SendChannel;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.ObjectSink;
import dev.penstock.domain.pipe.SendListener;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.domain.session.BackendReplyListener;
import dev.penstock.domain.session.Session;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.BackendOperation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A keyed store at the other side of a session. Methods belong to the loop's thread.
 *
 * <p>What was put and acknowledged can be found by every later call, until it is removed, replaced or evicted. A get needs a
 * session in which this side receives. Make the backend first and give {@link #handler} and, for gets, {@link #inboundSink}
 * to the session's plan; it can be used when the handler has been told that the session is open. When that session is over,
 * the next one may have the same backend.
 */
public final class RemoteBackend {
    /** Wants to know nothing. */
    private static final BackendReplyListener NOBODY = new BackendReplyListener() {
        @Override
        public void replied(List<Boolean> hits) {}

        @Override
        public void failed(KvTransferException cause) {}
    };

    private final FetchInbox inbox;
    private @Nullable Session session;
    private @Nullable SendChannel channel;

    /**
     * A backend without a session.
     *
     * @param telemetry where objects are counted that are not any more what was stored
     */
    public RemoteBackend(Telemetry telemetry) {
        inbox = new FetchInbox(telemetry, this::discard);
    }

    /** Where the objects of gets arrive: the sink for the session's inbound side. */
    public ObjectSink inboundSink() {
        return inbox;
    }

    /** The session's handler: {@code next} is told what happens, after this backend has taken note. */
    public SessionHandler handler(SessionHandler next) {
        return new SessionHandler() {
            @Override
            public void opened(Session open) {
                session = open;
                channel = open.sender().map(SendChannel::new).orElse(null);
                next.opened(open);
            }

            @Override
            public void called(Session open, BackendCall call) {
                next.called(open, call);
            }

            @Override
            public void closed(Session ended, String reason) {
                endOf(ended, new KvTransferException(FailureKind.CLOSED, "get an object", "the session is closed"));
                next.closed(ended, reason);
            }

            @Override
            public void failed(Session ended, KvTransferException cause) {
                endOf(ended, cause);
                next.failed(ended, cause);
            }
        };
    }

    private void endOf(Session ended, KvTransferException cause) {
        if (ended.equals(session)) {
            inbox.fail(cause);
        }
    }

    /**
     * Stores an object at the far side; acknowledged means stored.
     *
     * @return false if too much is waiting: nothing was queued, try again after a step
     * @throws IllegalStateException if the session is not open yet, or the peer does not receive
     * @throws IllegalArgumentException as {@link SendChannel#put}
     * @throws KvTransferException the session's failure, if it has failed
     */
    public boolean put(ObjectMeta meta, SendSource source, SendListener listener) {
        return channel().put(meta, source, listener);
    }

    /**
     * The channel that puts go through, for batches and for objects that are written straight into the ring.
     *
     * @throws IllegalStateException if the session is not open yet, or the peer does not receive
     */
    public SendChannel channel() {
        SendChannel open = channel;
        if (open == null) {
            throw new IllegalStateException("the session is not open yet, or its peer does not receive");
        }
        return open;
    }

    /**
     * Asks which of the keys are there.
     *
     * @throws IllegalArgumentException if one of the texts can't be a key; nothing was asked
     * @throws IllegalStateException if the session is not open yet
     * @throws KvTransferException of kind CLOSED if the session is not open any more
     */
    public void contains(List<String> keys, BackendReplyListener listener) {
        ask(BackendOperation.CONTAINS, keys, listener);
    }

    /**
     * Removes the keys; the answer says which were there.
     *
     * @throws IllegalArgumentException if one of the texts can't be a key; nothing was asked
     * @throws IllegalStateException if the session is not open yet
     * @throws KvTransferException of kind CLOSED if the session is not open any more
     */
    public void remove(List<String> keys, BackendReplyListener listener) {
        ask(BackendOperation.REMOVE, keys, listener);
    }

    /**
     * Asks which of the keys are there, from the first on up to the first that is not, and has those kept from eviction. They
     * are kept until {@link #release}, the time is over, or the session is; the far side may shorten the time, and keeps a
     * limited number of objects for one session. Of many keys, some behind a gap may be kept too: the answer says which.
     *
     * @param leaseNanos the time, positive; {@link ObjectStore#MAX_LEASE_NANOS} or more for a pin, which has no time
     * @throws IllegalArgumentException if one of the texts can't be a key, or the time is not positive; nothing was asked
     * @throws IllegalStateException if the session is not open yet
     * @throws KvTransferException of kind CLOSED if the session is not open any more
     */
    public void lease(List<String> keys, long leaseNanos, BackendReplyListener listener) {
        if (leaseNanos <= 0) {
            throw new IllegalArgumentException("a lease of " + leaseNanos + " ns");
        }
        ask(BackendOperation.LEASE, keys, leaseNanos, listener);
    }

    /**
     * Ends one lease on each of the keys. That counts as a use of them, of the last one first. Does nothing if the session is
     * over: its leases are too.
     *
     * @throws IllegalArgumentException if one of the texts can't be a key; nothing was asked
     * @throws IllegalStateException if the session is not open yet
     */
    public void release(List<String> keys) {
        Session open = attached();
        if (open.state() != Session.State.OPEN) {
            return;
        }
        List<List<String>> blocks = KeyBlocks.of(keys);
        for (int i = blocks.size() - 1; i >= 0; i--) {
            open.call(BackendOperation.RELEASE, blocks.get(i), NOBODY);
        }
    }

    private void ask(BackendOperation operation, List<String> keys, BackendReplyListener listener) {
        ask(operation, keys, 0, listener);
    }

    private void ask(BackendOperation operation, List<String> keys, long leaseNanos, BackendReplyListener listener) {
        Session open = attached();
        List<List<String>> blocks = KeyBlocks.of(keys);
        AllReplies replies = new AllReplies(keys.size(), blocks.size(), listener);
        int from = 0;
        for (List<String> block : blocks) {
            open.call(operation, block, leaseNanos, replies.part(from));
            from += block.size();
        }
    }

    /**
     * Gets objects: those that are there come through the pipe, in the order of the keys. Any number may be asked for; the
     * far side is told as many keys at a time as it takes.
     *
     * @param keys the keys, the same one more than once if that is wanted
     * @param listeners one for each key
     * @throws IllegalArgumentException if one of the texts can't be a key, or the lists differ in length; nothing was asked
     * @throws IllegalStateException if the session is not open yet, or this side does not receive in it
     * @throws KvTransferException of kind CLOSED if the session is not open any more; nothing was asked
     */
    public void get(List<String> keys, List<? extends GetListener> listeners) {
        if (keys.size() != listeners.size()) {
            throw new IllegalArgumentException(listeners.size() + " listeners for " + keys.size() + " keys");
        }
        Session open = attached();
        if (open.receiver().isEmpty()) {
            throw new IllegalStateException("this side does not receive in its session, so it can't get");
        }
        if (!keys.isEmpty()) {
            inbox.ask(open, keys, listeners);
        }
    }

    /** An object whose bytes changed in the far store is of no use to anybody. */
    private void discard(String key) {
        Session open = session;
        if (open != null && open.state() == Session.State.OPEN) {
            open.call(BackendOperation.REMOVE, List.of(key), NOBODY);
        }
    }

    private Session attached() {
        Session open = session;
        if (open == null) {
            throw new IllegalStateException("the session is not open yet");
        }
        return open;
    }
}
