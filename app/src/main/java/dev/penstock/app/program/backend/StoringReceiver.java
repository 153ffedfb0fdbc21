// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.backend;

import dev.penstock.app.program.ArrivalWait;
import dev.penstock.app.program.ObjectKeys;
import dev.penstock.app.program.ReceiverPart;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.report.Figure;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.backend.StoreSink;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.session.Inbound;
import dev.penstock.domain.session.Ring;
import dev.penstock.domain.store.EvictionPolicy;
import dev.penstock.domain.store.Lease;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.memory.Span;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps the objects of all senders in one store; looks for them, gets, checks and removes them. */
final class StoringReceiver implements ReceiverPart {
    private final RoleContext context;
    private final Sizes sizes;
    private final EvictionPolicy policy;
    private final List<StoreFeed> feeds = new CopyOnWriteArrayList<>();
    private @Nullable PagePool pool;
    private @Nullable ObjectStore store;
    private @Nullable Span plain;

    StoringReceiver(RoleContext context, EvictionPolicy policy) {
        this.context = context;
        this.sizes = context.sizes();
        this.policy = policy;
    }

    @Override
    public void allocate() {
        long bytes = BackendProgram.storeBytes(sizes, context.settings().senders());
        context.node().call("allocate the store", () -> {
            Ring pages = Ring.allocate(
                    context.node().ports().memory(), context.node().ports().transport(), bytes);
            PagePool empty = new PagePool(pages.region(), sizes.slotBytes());
            pool = empty;
            store = new ObjectStore(empty, policy, context.node().ports().telemetry());
            return true;
        });
        plain = context.allocate("room for plain copies", 2 * sizes.windowBytes())
                .span();
    }

    @Override
    public Inbound inbound(NodeId sender) {
        ObjectStore kept = store();
        StoreFeed sink = new StoreFeed(new ObjectKeys(sender, sizes), new StoreSink(kept));
        feeds.add(sink);
        return Inbound.store(Objects.requireNonNull(pool), kept::takePage, sink);
    }

    private ObjectStore store() {
        return Objects.requireNonNull(store);
    }

    @Override
    public Map<Figure, Long> receive(int round, BooleanSupplier sendersDone) {
        for (StoreFeed sink : feeds) {
            List<String> keys = sink.keys().keys(round);
            context.patience()
                    .until(
                            () -> sendersDone.getAsBoolean()
                                    || sink.arrivals().deviation().isPresent()
                                    || containsAll(keys),
                            () -> {});
        }
        return new ArrivalWait(context, feeds, StoreFeed::arrivals).receive(round, sendersDone);
    }

    private boolean containsAll(List<String> keys) {
        return context.node()
                .call("look for the objects", () -> !store().contains(keys).contains(false));
    }

    @Override
    public long verify(int round) {
        long checked = 0;
        for (StoreFeed sink : feeds) {
            for (int i = 0; i < sizes.objects(); i++) {
                context.interruption().check();
                check(sink, round, i);
                checked++;
            }
        }
        int left = context.node().call("count what is left", () -> store().size());
        if (left > 0) {
            ArrivalWait.fail(left + " objects that nobody sent are in the store");
        }
        return checked;
    }

    private void check(StoreFeed sink, int round, int index) {
        String key = sink.keys().key(round, index);
        Optional<Lease> found = context.node()
                .call("get an object", () -> store().get(key, System.nanoTime(), ObjectStore.MAX_LEASE_NANOS));
        if (found.isEmpty()) {
            ArrivalWait.fail("object " + key + " is not in the store");
            return;
        }
        Lease lease = found.get();
        if (!lease.object().meta().equals(sink.keys().meta(round, index))) {
            ArrivalWait.fail("object " + key + " is " + lease.object().meta());
        }
        context.content()
                .deviation(lease.object().pieces(), sink.arrivals().sender(), round, index)
                .ifPresent(ArrivalWait::fail);
        context.node().call("remove an object", () -> {
            lease.release();
            return store().remove(key);
        });
    }

    @Override
    public RawCopy rawCopy() {
        Span both = Objects.requireNonNull(plain);
        long half = both.lengthBytes() / 2;
        return new RawCopy(
                context.node().ports().memory(), context.node().pattern(), both.slice(0, half), both.slice(half, half));
    }
}
