// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks;

import dev.penstock.adapter.host.DirectRegions;
import dev.penstock.adapter.host.HostMemory;
import dev.penstock.domain.engine.CacheEngine;
import dev.penstock.domain.engine.ChunkStore;
import dev.penstock.domain.engine.RemoveListener;
import dev.penstock.domain.engine.RetrieveListener;
import dev.penstock.domain.engine.StoreListener;
import dev.penstock.domain.engine.hash.CacheKeySpace;
import dev.penstock.domain.engine.hash.HashAlgorithm;
import dev.penstock.domain.engine.hash.HashConfig;
import dev.penstock.domain.engine.hash.Salt;
import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.SendSource;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.PagedChunk;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.Region;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the engine itself costs the loop for a sequence of 128,000 tokens in 500 chunks: hashing, keys, metadata, checks. The
 * store behind it takes and gives every chunk at once and does nothing. {@link #beginToStore} is the time before the pipe has
 * its first turn.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class EngineBenchmark implements ChunkStore, StoreListener, RetrieveListener {
    private static final int CHUNKS = 500;
    private static final int CHUNK_TOKENS = 256;
    private static final int BLOCK_TOKENS = 16;

    private final int[] tokens =
            new Random(7).ints(CHUNKS * CHUNK_TOKENS, 0, 128_256).toArray();
    private final int[] slots = new int[tokens.length];
    private HostMemory memory;
    private Region region;
    private PagedKv cache;
    private CacheEngine engine;
    private IntSupplier step;
    private boolean told = true;

    /** Makes the engine over a small cache. */
    @Setup
    public void make() {
        memory = new HostMemory(new DirectRegions());
        PagedKvLayout layout = new PagedKvLayout(1, 2, tokens.length / BLOCK_TOKENS, BLOCK_TOKENS, 8);
        region = memory.allocate(layout.layerBytes());
        cache = new PagedKv(layout, List.of(region.span()));
        Arrays.setAll(slots, i -> tokens.length - 1 - i);
        engine = new CacheEngine(
                new CacheKeySpace("meta-llama/Llama-3.1-8B-Instruct", 1, 0, DType.BFLOAT16, HashAlgorithm.SHA256_CBOR),
                HashConfig.of(HashAlgorithm.SHA256_CBOR, "0", Salt.NONE).chunker(Salt.NONE, CHUNK_TOKENS, false),
                ChunkLayout.LAYERS_FIRST,
                this,
                memory,
                duty -> step = duty);
    }

    /** Gives the memory back. */
    @TearDown
    public void free() {
        memory.free(region.id());
        memory.close();
    }

    /** Does what {@link #beginToStore} left. */
    @TearDown(Level.Invocation)
    public void finishOutside() {
        finish();
    }

    /** From the call until the loop has its next turn. */
    @Benchmark
    public boolean beginToStore() {
        told = false;
        engine.store(tokens, 0, cache, slots, this);
        return told;
    }

    /** All of a store. */
    @Benchmark
    public int store() {
        told = false;
        engine.store(tokens, 0, cache, slots, this);
        return finish();
    }

    /** All of a retrieve. */
    @Benchmark
    public int retrieve() {
        told = false;
        engine.retrieve(tokens, 0, cache, slots, this);
        return finish();
    }

    private int finish() {
        int work = 0;
        while (!told) {
            work += step.getAsInt();
        }
        return work;
    }

    @Override
    public boolean put(ObjectMeta meta, SendSource.Gathered source, PutListener listener) {
        listener.sourceReleased();
        listener.stored(() -> {});
        return true;
    }

    @Override
    public void prefix(List<String> keys, long leaseNanos, PrefixListener listener) {
        listener.found(keys.size(), () -> {});
    }

    @Override
    public void get(List<ObjectMeta> chunks, List<PagedChunk> targets, ChunkListener listener) {
        for (int i = 0; i < chunks.size(); i++) {
            listener.got(i);
        }
    }

    @Override
    public void remove(List<String> keys, RemoveListener listener) {
        listener.removed(0);
    }

    @Override
    public int clear() {
        return 0;
    }

    @Override
    public int step() {
        return 0;
    }

    @Override
    public void stored(int storedTokens) {
        told = true;
    }

    @Override
    public void failed(int storedTokens, KvTransferException cause) {
        throw cause;
    }

    @Override
    public void retrieved(boolean[] mask) {
        told = true;
    }

    @Override
    public void failed(KvTransferException cause) {
        throw cause;
    }
}
