// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.domain.channel.ObjectMetaCodec;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.ArrivingObject;
import dev.penstock.domain.pipe.ObjectSink;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.domain.session.BackendReplyListener;
import dev.penstock.domain.session.Session;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.control.BackendOperation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of the far store and has not all come. Matches the objects that arrive, by their {@link FetchTicket}, with
 * the keys that were asked for: the same key may be asked for twice, and objects may overtake the reply to their call.
 */
final class FetchInbox implements ObjectSink {
    private final Telemetry telemetry;
    private final Consumer<String> whenDamaged;
    private final Map<Long, Call> calls = new HashMap<>();
    /** Calls that wait until the far side has answered earlier ones, so that it need not keep a list without end. */
    private final ArrayDeque<Call> waiting = new ArrayDeque<>();

    private final Map<ArrivingObject, Fetch> arriving = new HashMap<>();
    private int unansweredKeys;

    /**
     * An inbox that expects nothing.
     *
     * @param whenDamaged told the key of an object that is not any more what was stored
     */
    FetchInbox(Telemetry telemetry, Consumer<String> whenDamaged) {
        this.telemetry = telemetry;
        this.whenDamaged = whenDamaged;
    }

    private enum State {
        /** Nothing of it has come. */
        ASKED,
        /** Its object has been told where to go: what becomes of it, only the pipe knows. */
        ARRIVING,
        /** Its listener has been told. */
        DONE
    }

    /** One key that was asked for. */
    private static final class Fetch {
        final Call call;
        final String key;
        final GetListener listener;
        State state = State.ASKED;

        @Nullable
        ObjectMeta meta;

        long storedDigest;

        Fetch(Call call, String key, GetListener listener) {
            this.call = call;
            this.key = key;
            this.listener = listener;
        }
    }

    private final class Call implements BackendReplyListener {
        final Session session;
        final List<String> keys;
        final List<Fetch> fetches;
        long id;
        int open;

        Call(Session session, List<String> keys, List<? extends GetListener> listeners) {
            this.session = session;
            this.keys = keys;
            this.fetches = new ArrayList<>(keys.size());
            for (int i = 0; i < keys.size(); i++) {
                fetches.add(new Fetch(this, keys.get(i), listeners.get(i)));
            }
            this.open = keys.size();
        }

        @Override
        public void replied(List<Boolean> hits) {
            unansweredKeys -= keys.size();
            for (int i = 0; i < hits.size(); i++) {
                Fetch fetch = fetches.get(i);
                if (!hits.get(i) && fetch.state == State.ASKED) {
                    done(fetch);
                    fetch.listener.missing();
                }
            }
            askWaiting();
        }

        @Override
        public void failed(KvTransferException cause) {
            for (Fetch fetch : fetches) {
                if (fetch.state == State.ASKED) {
                    done(fetch);
                    fetch.listener.failed(cause);
                }
            }
        }
    }

    /**
     * Asks for keys, now or when earlier calls have been answered.
     *
     * @throws KvTransferException of kind CLOSED if the session is not open; nothing was asked
     */
    void ask(Session session, List<String> keys, List<? extends GetListener> listeners) {
        List<List<String>> blocks = KeyBlocks.of(keys);
        if (session.state() != Session.State.OPEN) {
            throw new KvTransferException(FailureKind.CLOSED, "get objects", "the session is " + session.state());
        }
        int from = 0;
        for (List<String> block : blocks) {
            waiting.add(new Call(session, List.copyOf(block), listeners.subList(from, from + block.size())));
            from += block.size();
        }
        askWaiting();
    }

    private void askWaiting() {
        Call call = waiting.peek();
        while (call != null && fits(call)) {
            waiting.remove();
            try {
                call.id = call.session.call(BackendOperation.FETCH, call.keys, call);
                calls.put(call.id, call);
                unansweredKeys += call.keys.size();
            } catch (KvTransferException e) {
                call.failed(e);
            }
            call = waiting.peek();
        }
    }

    private boolean fits(Call call) {
        return unansweredKeys == 0 || unansweredKeys + call.keys.size() <= BackendService.MAX_WAITING_KEYS;
    }

    /** Nothing comes any more, except for what the pipe has been told where to put: that it tells of itself. */
    void fail(KvTransferException cause) {
        List<Call> all = new ArrayList<>(calls.values());
        all.addAll(waiting);
        calls.clear();
        waiting.clear();
        unansweredKeys = 0;
        all.forEach(call -> call.failed(cause));
    }

    private void done(Fetch fetch) {
        fetch.state = State.DONE;
        if (--fetch.call.open == 0) {
            calls.remove(fetch.call.id, fetch.call);
        }
    }

    @Override
    public Placement place(ArrivingObject object) {
        FetchTicket ticket;
        ObjectMeta announced;
        try {
            announced = ObjectMetaCodec.decode(object.header(), object.lengthBytes());
            ticket = FetchTicket.parse(announced.key());
        } catch (KvTransferException malformed) {
            return Placement.refuse(FailureKind.REFUSED);
        }
        Call call = calls.get(ticket.callId());
        if (call == null || ticket.index() >= call.fetches.size()) {
            return Placement.refuse(FailureKind.REFUSED);
        }
        Fetch fetch = call.fetches.get(ticket.index());
        if (fetch.state != State.ASKED) {
            return Placement.refuse(FailureKind.REFUSED);
        }
        ObjectMeta meta =
                new ObjectMeta(fetch.key, announced.shape(), announced.dtype(), announced.format(), announced.tokens());
        Placement placement = fetch.listener.place(meta);
        if (placement instanceof Placement.Refuse refused) {
            done(fetch);
            fetch.listener.failed(
                    new KvTransferException(refused.kind(), "get an object", fetch.key + " was not taken"));
        } else if (!(placement instanceof Placement.Later)) {
            fetch.state = State.ARRIVING;
            fetch.meta = meta;
            fetch.storedDigest = ticket.digest();
            arriving.put(object, fetch);
        }
        return placement;
    }

    @Override
    public void deliver(ArrivingObject object) {
        Fetch fetch = Objects.requireNonNull(arriving.remove(object));
        done(fetch);
        if (object.digest() == fetch.storedDigest) {
            fetch.listener.received(Objects.requireNonNull(fetch.meta), object);
            return;
        }
        object.settle();
        telemetry.add(Metric.DIGEST_MISMATCHES, 1);
        whenDamaged.accept(fetch.key);
        fetch.listener.failed(new KvTransferException(
                FailureKind.CORRUPTED, "get an object", fetch.key + " is not what was stored; it is removed"));
    }

    @Override
    public void dropped(ArrivingObject object, KvTransferException cause) {
        Fetch fetch = Objects.requireNonNull(arriving.remove(object));
        done(fetch);
        fetch.listener.failed(cause);
    }
}
