// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.domain.channel.ObjectMetaCodec;
import dev.penstock.domain.channel.SendChannel;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.ArrivingObject;
import dev.penstock.domain.pipe.ObjectSink;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.domain.pipe.SendListener;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.domain.session.BackendReplyListener;
import dev.penstock.domain.session.Session;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.BackendOperation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A keyed store at the other side of a session. Methods belong to the loop's thread.
 *
 * <p>What was put and acknowledged can be found by every later call, until it is removed, replaced or evicted. A get needs a
 * session in which this side receives. Make the backend first and give {@link #handler} and, for gets, {@link #inboundSink}
 * to the session's plan; it can be used when the handler has been told that the session is open.
 */
public final class RemoteBackend {
    private final Inbox inbox = new Inbox();
    private @Nullable Session session;
    private @Nullable SendChannel channel;

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
                inbox.failAll(new KvTransferException(FailureKind.CLOSED, "get an object", "the session is closed"));
                next.closed(ended, reason);
            }

            @Override
            public void failed(Session ended, KvTransferException cause) {
                inbox.failAll(cause);
                next.failed(ended, cause);
            }
        };
    }

    /**
     * Stores an object at the far side; acknowledged means stored.
     *
     * @return false if too much is waiting: nothing was queued, try again after a step
     * @throws IllegalArgumentException if the source does not have the object's length
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
            throw new IllegalStateException("the session is not open, or its peer does not receive");
        }
        return open;
    }

    /**
     * Asks which of the keys are there.
     *
     * @throws KvTransferException of kind CLOSED if the session is not open
     */
    public void contains(List<String> keys, BackendReplyListener listener) {
        attached().call(BackendOperation.CONTAINS, keys, listener);
    }

    /**
     * Removes the keys; the answer says which were there.
     *
     * @throws KvTransferException of kind CLOSED if the session is not open
     */
    public void remove(List<String> keys, BackendReplyListener listener) {
        attached().call(BackendOperation.REMOVE, keys, listener);
    }

    /**
     * Gets objects: those that are there come through the pipe, in the order of the keys.
     *
     * @param listeners one for each key
     * @throws IllegalStateException if this side does not receive in its session
     * @throws KvTransferException of kind CLOSED if the session is not open
     */
    public void get(List<String> keys, List<? extends GetListener> listeners) {
        if (keys.size() != listeners.size()) {
            throw new IllegalArgumentException(listeners.size() + " listeners for " + keys.size() + " keys");
        }
        if (attached().receiver().isEmpty()) {
            throw new IllegalStateException("this side does not receive in its session, so it can't get");
        }
        List<Fetch> fetches = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            fetches.add(new Fetch(keys.get(i), listeners.get(i)));
        }
        // Known to the inbox before the call: objects may overtake the reply.
        fetches.forEach(inbox::expect);
        try {
            attached().call(BackendOperation.FETCH, keys, new FetchReply(fetches));
        } catch (KvTransferException e) {
            fetches.forEach(inbox::forget);
            throw e;
        }
    }

    private Session attached() {
        Session open = session;
        if (open == null) {
            throw new IllegalStateException("the session is not open yet");
        }
        return open;
    }

    private static final class Fetch {
        final String key;
        final GetListener listener;
        boolean done;

        Fetch(String key, GetListener listener) {
            this.key = key;
            this.listener = listener;
        }
    }

    private final class FetchReply implements BackendReplyListener {
        private final List<Fetch> fetches;

        FetchReply(List<Fetch> fetches) {
            this.fetches = fetches;
        }

        @Override
        public void replied(List<Boolean> hits) {
            for (int i = 0; i < hits.size(); i++) {
                Fetch fetch = fetches.get(i);
                if (!hits.get(i) && !fetch.done) {
                    inbox.forget(fetch);
                    fetch.done = true;
                    fetch.listener.missing();
                }
            }
        }

        @Override
        public void failed(KvTransferException cause) {
            for (Fetch fetch : fetches) {
                inbox.fail(fetch, cause);
            }
        }
    }

    /** Matches what arrives with what was asked for. */
    private static final class Inbox implements ObjectSink {
        /** By key, the oldest first: the same key may be asked for twice. */
        private final Map<String, ArrayDeque<Fetch>> expected = new HashMap<>();

        private final Map<ArrivingObject, Arrival> arriving = new HashMap<>();

        private record Arrival(Fetch fetch, ObjectMeta meta) {}

        void expect(Fetch fetch) {
            expected.computeIfAbsent(fetch.key, any -> new ArrayDeque<>()).add(fetch);
        }

        void forget(Fetch fetch) {
            ArrayDeque<Fetch> fetches = expected.get(fetch.key);
            if (fetches != null) {
                fetches.remove(fetch);
                if (fetches.isEmpty()) {
                    expected.remove(fetch.key);
                }
            }
        }

        void fail(Fetch fetch, KvTransferException cause) {
            forget(fetch);
            if (!fetch.done) {
                fetch.done = true;
                fetch.listener.failed(cause);
            }
        }

        void failAll(KvTransferException cause) {
            List<Fetch> all = new ArrayList<>();
            expected.values().forEach(all::addAll);
            all.forEach(fetch -> fail(fetch, cause));
        }

        @Override
        public Placement place(ArrivingObject object) {
            ObjectMeta meta;
            try {
                meta = ObjectMetaCodec.decode(object.header(), object.lengthBytes());
            } catch (KvTransferException malformed) {
                return Placement.refuse(FailureKind.REFUSED);
            }
            ArrayDeque<Fetch> fetches = expected.get(meta.key());
            if (fetches == null) {
                return Placement.refuse(FailureKind.REFUSED);
            }
            Fetch fetch = fetches.element();
            Placement placement = fetch.listener.place(meta);
            if (placement instanceof Placement.Refuse refused) {
                fail(fetch, new KvTransferException(refused.kind(), "get an object", meta.key() + " was not taken"));
            } else if (!(placement instanceof Placement.Later)) {
                forget(fetch);
                arriving.put(object, new Arrival(fetch, meta));
            }
            return placement;
        }

        @Override
        public void deliver(ArrivingObject object) {
            Arrival arrival = Objects.requireNonNull(arriving.remove(object));
            arrival.fetch().done = true;
            arrival.fetch().listener.received(arrival.meta(), object);
        }

        @Override
        public void dropped(ArrivingObject object, KvTransferException cause) {
            Arrival arrival = Objects.requireNonNull(arriving.remove(object));
            fail(arrival.fetch(), cause);
        }
    }
}
