// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks;

import dev.penstock.adapter.host.DirectRegions;
import dev.penstock.adapter.host.HostMemory;
import dev.penstock.domain.engine.hash.CacheKeySpace;
import dev.penstock.domain.engine.hash.HashAlgorithm;
import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvFormat;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.store.EvictionPolicies;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.tier.StoreTier;
import dev.penstock.domain.tier.TieredStore;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Looking up the prefix of 131,072 tokens, 512 chunks of 256 whose hashes are given, in a store of a million chunks. The keys
 * are made from the hashes, and each time another sequence is looked up, so that neither a text's own hash nor a processor's
 * cache has the answer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class LookupBenchmark {
    private static final int CHUNKS = 1 << 20;
    private static final int PER_SEQUENCE = 512;
    private static final int PAGE_BYTES = 64 << 10;

    /** The order of eviction, which a lookup changes. */
    @Param({"lru", "lfu", "fifo"})
    public String policy;

    private final CacheKeySpace space =
            new CacheKeySpace("meta-llama/Llama-3.1-8B-Instruct", 1, 0, DType.BFLOAT16, HashAlgorithm.SHA256_CBOR);
    private final long[] hashes = new Random(11).longs(CHUNKS).toArray();
    private final Random random = new Random(12);
    private HostMemory memory;
    private Region region;
    private TieredStore store;

    /** Fills the store with chunks of 8 bytes, many to a page: how long they are makes no difference to a lookup. */
    @Setup
    public void fill() {
        memory = new HostMemory(new DirectRegions());
        KvShape shape = KvShape.of(1, 1, 1, 4);
        int perPage = PAGE_BYTES / 8;
        region = memory.allocate((long) (CHUNKS / perPage) * PAGE_BYTES);
        PagePool pool = new PagePool(region, PAGE_BYTES);
        ObjectStore upper = new ObjectStore(pool, EvictionPolicies.parse(policy), Telemetry.NONE);
        store = new TieredStore(new StoreTier(upper, pool), System::nanoTime, Telemetry.NONE);
        int page = PagePool.NO_PAGE;
        for (int i = 0; i < CHUNKS; i++) {
            if (i % perPage == 0) {
                page = pool.take();
            }
            Span piece = pool.span(page).slice(i % perPage * 8L, 8);
            ObjectMeta meta = new ObjectMeta(space.key(hashes[i]), shape, DType.BFLOAT16, KvFormat.KV_L2TD, 1);
            store.put(meta, List.of(piece), 0);
        }
    }

    /** Gives the memory back. */
    @TearDown
    public void free() {
        memory.free(region.id());
        memory.close();
    }

    /** All 512 are there. */
    @Benchmark
    public int lookUp128kTokens() {
        int first = random.nextInt(CHUNKS / PER_SEQUENCE) * PER_SEQUENCE;
        List<String> keys = new ArrayList<>(PER_SEQUENCE);
        for (int i = 0; i < PER_SEQUENCE; i++) {
            keys.add(space.key(hashes[first + i]));
        }
        int hits = store.prefix(keys);
        store.touch(keys.subList(0, hits));
        return hits;
    }
}
