// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.host.HostMemory;
import dev.penstock.adapter.host.HostPagedKvMover;
import dev.penstock.domain.fixture.Counters;
import dev.penstock.domain.fixture.TestNode;
import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvFormat;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.store.EvictionPolicies;
import dev.penstock.domain.store.Lease;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.PageFiller;
import dev.penstock.ports.Digest;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.simulation.DelayingMemory;
import dev.penstock.transport.testkit.simulation.SimulatedDisk;
import dev.penstock.transport.testkit.simulation.SimulatedProcess;
import dev.penstock.transport.testkit.simulation.SimulatedWorld;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One life of a process with a store of tiers: memory, memory, and a disk that may outlive it. */
final class TierScene {
    static final int PAGE_BYTES = 4096;
    private static final long PATIENCE_NS = 10_000_000_000L;

    final SimulatedWorld world;
    final SimulatedProcess process;
    final DelayingMemory memory;
    final Counters counters = new Counters();
    final StoreTier upper;
    final StoreTier host;
    final @Nullable FileTier files;
    final TieredStore store;

    /**
     * Begins a life.
     *
     * @param disk null for none
     */
    TierScene(
            SimulatedWorld world,
            String name,
            int upperPages,
            int hostPages,
            @Nullable SimulatedDisk disk,
            long diskBytes,
            String policy) {
        this.world = world;
        process = world.start(name);
        HostMemory exact = new HostMemory(process.hostRegions());
        memory = process.delaying(exact, new HostPagedKvMover(exact));
        upper = tier(upperPages, policy);
        host = tier(hostPages, policy);
        files = disk == null
                ? null
                : new FileTier(
                        disk.open(process, memory), diskBytes, EvictionPolicies.parse(policy), world.clock(), counters);
        store = new TieredStore(upper, host, Optional.ofNullable(files), memory, world.clock(), counters);
    }

    private StoreTier tier(int pages, String policy) {
        PagePool pool = new PagePool(memory.allocate((long) pages * PAGE_BYTES), PAGE_BYTES);
        return new StoreTier(new ObjectStore(pool, EvictionPolicies.parse(policy), counters), pool);
    }

    static ObjectMeta meta(String key, int lengthBytes) {
        return new ObjectMeta(key, KvShape.of(lengthBytes), DType.UINT8, KvFormat.BINARY, 0);
    }

    static long digest(byte[] bytes) {
        int units = (bytes.length + Digest.UNIT_BYTES - 1) / Digest.UNIT_BYTES;
        ByteBuffer padded = ByteBuffer.allocate(units * Digest.UNIT_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, bytes);
        return Digest.ofWords(padded.asLongBuffer(), 0, 2 * units, 0);
    }

    /** Puts an object, as something that arrives would. Returns whether there was room. */
    boolean tryPut(String key, byte[] content) {
        ObjectMeta meta = meta(key, content.length);
        PageFiller.Place place = store.place(content.length, PageFiller.granularity(meta, PAGE_BYTES));
        if (place == null) {
            return false;
        }
        int at = 0;
        for (Span piece : place.pieces()) {
            memory.write(ByteBuffer.wrap(content, at, (int) piece.lengthBytes()), piece);
            at += (int) piece.lengthBytes();
        }
        store.put(meta, place.pieces(), digest(content));
        place.letGo();
        return true;
    }

    void put(String key, long seed, int length) {
        byte[] content = TestNode.pattern(seed, length);
        until("there is room for " + key, () -> tryPut(key, content));
    }

    /** The bytes that a lease is about. */
    byte[] read(Lease lease) {
        ByteBuffer all = ByteBuffer.allocate((int) lease.object().lengthBytes());
        for (Span piece : lease.object().pieces()) {
            ByteBuffer part = all.slice(all.position(), (int) piece.lengthBytes());
            memory.read(piece, part);
            all.position(all.position() + part.capacity());
        }
        return all.array();
    }

    /** What a get came to: the bytes, or why there are none. */
    static final class Got implements GetListener {
        private final TierScene scene;
        byte @Nullable [] bytes;

        @Nullable
        KvTransferException cause;

        private Got(TierScene scene) {
            this.scene = scene;
        }

        @Override
        public void found(Lease lease) {
            assertThat(isTold()).isFalse();
            bytes = scene.read(lease);
            lease.release();
        }

        @Override
        public void missed(KvTransferException why) {
            assertThat(isTold()).isFalse();
            cause = why;
        }

        boolean isTold() {
            return bytes != null || cause != null;
        }
    }

    Got get(String key) {
        Got got = new Got(this);
        store.get(key, got);
        until("an answer for " + key, got::isTold);
        return got;
    }

    void requireFound(String key, long seed, int length) {
        Got got = get(key);
        assertThat(got.cause).as(key).isNull();
        assertThat(got.bytes).as(key).isEqualTo(TestNode.pattern(seed, length));
    }

    /** Flushes, and returns how many objects are left in memory alone. */
    int flush(long atMostNanos) {
        AtomicInteger left = new AtomicInteger(-1);
        store.flush(
                atMostNanos, unwritten -> assertThat(left.getAndSet(unwritten)).isEqualTo(-1));
        until("the flush is over", () -> left.get() >= 0);
        return left.get();
    }

    int step() {
        return store.step() + memory.poll(8);
    }

    void until(String what, BooleanSupplier done) {
        long end = world.clock().nanoTime() + PATIENCE_NS;
        while (!done.getAsBoolean()) {
            if (world.clock().nanoTime() > end) {
                throw new AssertionError("this does not come true: " + what);
            }
            if (step() == 0) {
                world.advance(20_000);
            }
        }
    }

    /** Lets everything that is under way end. */
    void settle() {
        int idle = 0;
        while (idle < 2_000) {
            idle = step() == 0 ? idle + 1 : 0;
            world.advance(20_000);
        }
    }

    /** Ends this life without a word. */
    void kill() {
        process.kill(false);
    }
}
