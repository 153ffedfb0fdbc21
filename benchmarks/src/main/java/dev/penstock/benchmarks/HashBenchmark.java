// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks;

import dev.penstock.domain.engine.hash.ChunkList;
import dev.penstock.domain.engine.hash.HashAlgorithm;
import dev.penstock.domain.engine.hash.HashConfig;
import dev.penstock.domain.engine.hash.Salt;
import dev.penstock.domain.engine.hash.TokenChunker;
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
import org.openjdk.jmh.annotations.Warmup;

/** Hashing 131,072 tokens in chunks of 256. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class HashBenchmark {
    /** The chunk hash. */
    @Param({"SHA256_CBOR", "BUILTIN"})
    public HashAlgorithm algorithm;

    private final int[] tokens = new Random(7).ints(131_072, 0, 128_256).toArray();
    private final ChunkList chunks = new ChunkList();
    private TokenChunker chunker;

    /** Makes the chunker. */
    @Setup
    public void make() {
        chunker = HashConfig.of(algorithm, "0", Salt.NONE).chunker(Salt.NONE, 256, false);
    }

    /** All chunks of the sequence. */
    @Benchmark
    public long chunk128kTokens() {
        chunker.chunk(tokens, chunks);
        return chunks.hash(chunks.size() - 1);
    }
}
