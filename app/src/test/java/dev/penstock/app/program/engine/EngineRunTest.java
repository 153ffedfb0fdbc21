// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.adapter.disk.DiskObjectFiles;
import dev.penstock.adapter.host.DirectRegions;
import dev.penstock.adapter.host.HostMemory;
import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.app.console.RunOutput;
import dev.penstock.app.console.SilentOutput;
import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.loop.IdleStrategy;
import dev.penstock.app.program.ReceiverRun;
import dev.penstock.app.program.SenderRun;
import dev.penstock.app.report.Figure;
import dev.penstock.app.report.RoleReport;
import dev.penstock.app.report.RoundResult;
import dev.penstock.app.report.TierResult;
import dev.penstock.app.run.Device;
import dev.penstock.app.run.RunSettings;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.engine.hash.HashAlgorithm;
import dev.penstock.domain.engine.hash.HashConfig;
import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.ports.Metric;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.memory.ChunkLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both roles in one process. */
@Timeout(120)
class EngineRunTest {
    private static final Sizes SIZES = new Sizes(KvShape.of(3, 2, 32, 64), DType.BFLOAT16, 5, 1 << 20, 64 << 10, 4);

    /** 40 chunks of 24 KiB. */
    private static final Sizes ROUND_BEYOND_MEMORY =
            new Sizes(KvShape.of(3, 2, 32, 64), DType.BFLOAT16, 40, 1 << 20, 64 << 10, 4);

    @TempDir
    Path directory;

    private CompletableFuture<ControlAddress> address = new CompletableFuture<>();

    private final RunOutput receiverOutput = new RunOutput() {
        @Override
        public void note(String line) {}

        @Override
        public void listening(String host, int port) {
            address.complete(new ControlAddress(host, port));
        }

        @Override
        public void progress(int round, long doneBytes, long totalBytes) {}

        @Override
        public void round(RoundResult result) {}

        @Override
        public void finished(RoleReport report) {}
    };

    private static CacheEngineProgram program(boolean layerwise, ChunkLayout layout, int worker) {
        return program(layerwise, layout, worker, false, Duration.ZERO);
    }

    private static CacheEngineProgram program(
            boolean layerwise, ChunkLayout layout, int worker, boolean awaiting, Duration forwardPerLayer) {
        TenantSalt salt = TenantSalt.of("SALT", Map.of("SALT", "a tenant")::get);
        return new CacheEngineProgram(new EngineFlags(
                OptionalInt.empty(),
                16,
                "m",
                HashConfig.of(HashAlgorithm.BUILTIN, "0", salt.salt()),
                salt,
                layerwise,
                forwardPerLayer,
                awaiting,
                layout,
                "fifo",
                worker,
                Optional.empty()));
    }

    private static CacheEngineProgram tiered(boolean layerwise, String tiers) {
        EngineFlags flags = program(layerwise, ChunkLayout.LAYERS_FIRST, 0).flags();
        return new CacheEngineProgram(new EngineFlags(
                flags.blocks(),
                flags.blockTokens(),
                flags.model(),
                flags.hash(),
                flags.salt(),
                layerwise,
                Duration.ZERO,
                false,
                flags.chunkLayout(),
                "lru",
                0,
                Optional.of(TierSizes.parse(tiers))));
    }

    private static RunSettings settings(int senders, boolean raw) {
        return settings(senders, raw, SIZES);
    }

    private static RunSettings settings(int senders, boolean raw, Sizes sizes) {
        return new RunSettings(
                sizes,
                1,
                2,
                senders,
                true,
                raw,
                Duration.ofSeconds(30),
                new ControlAddress("localhost", 0),
                IdleStrategy.PARK,
                Device.CPU,
                0,
                Optional.empty());
    }

    private RoleReport receive(CacheEngineProgram program, RunSettings settings) {
        return new ReceiverRun(
                        program,
                        settings,
                        new LoopbackTransportProvider(directory),
                        receiverOutput,
                        Interruption.none())
                .run(new NodeId("receiver"));
    }

    private CompletableFuture<RoleReport> send(CacheEngineProgram program, RunSettings settings, String name) {
        SenderRun run = new SenderRun(
                program, settings, new LoopbackTransportProvider(directory), new SilentOutput(), Interruption.none());
        return CompletableFuture.supplyAsync(() -> run.run(new NodeId(name), address));
    }

    private void shouldFindEverythingRight(CacheEngineProgram program) throws Exception {
        CompletableFuture<RoleReport> sender = send(program, settings(1, true), "sender");

        RoleReport received = receive(program, settings(1, true));

        assertThat(received.verifiedObjects()).isEqualTo(15);
        assertThat(received.rounds().get(0).nanos()).containsOnlyKeys(Figure.RETRIEVED);
        assertThat(received.rawRates()).hasSize(2);
        assertThat(sender.get(60, TimeUnit.SECONDS).rounds().get(0).nanos())
                .containsOnlyKeys(Figure.SENDER, Figure.DELIVERED);
    }

    @Test
    void shouldBringChunksFromCacheToCache() throws Exception {
        shouldFindEverythingRight(program(false, ChunkLayout.LAYERS_FIRST, 0));
    }

    @Test
    void shouldBringChunksWithPlanesFirst() throws Exception {
        shouldFindEverythingRight(program(false, ChunkLayout.PLANES_FIRST, 0));
    }

    /** With a store that holds less than a round, and host memory that holds less than one. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldBringChunksBackFromTheTiersBelow(boolean layerwise) throws Exception {
        Path folder = directory.resolve("files");
        CacheEngineProgram program = tiered(layerwise, "device=832KiB,host=256KiB,disk=" + folder + ":10MiB");
        RunSettings settings = settings(1, false, ROUND_BEYOND_MEMORY);
        CompletableFuture<RoleReport> sender = send(program, settings, "sender");

        RoleReport received = receive(program, settings);

        assertThat(received.verifiedObjects()).isEqualTo(3L * ROUND_BEYOND_MEMORY.objects());
        assertThat(sender.get(60, TimeUnit.SECONDS).rounds()).hasSize(2);
        TierResult tiers = received.tiers().orElseThrow();
        assertThat(tiers.counts().get(Metric.EVICTED_WITHOUT_COPY)).isZero();
        assertThat(tiers.counts().get(Metric.TIER_DAMAGES)).isZero();
        assertThat(tiers.counts().get(Metric.TIER_MISSES)).isZero();
        assertThat(tiers.counts().get(Metric.BYTES_DEMOTED)).isPositive();
        assertThat(tiers.counts().get(Metric.BYTES_PROMOTED)).isPositive();
        assertThat(tiers.counts().get(Metric.DISK_BYTES_READ)).isPositive();
        assertThat(tiers.plainDownGibps()).isPositive();
        assertThat(tiers.plainUpGibps()).isPositive();
        // The folder is free again, and has what was stored last, wherever that was in the end.
        try (HostMemory memory = new HostMemory(new DirectRegions());
                DiskObjectFiles files = DiskObjectFiles.open(folder, 1, memory)) {
            assertThat(files.discarded()).isZero();
            assertThat(files.found()).hasSize((layerwise ? 3 : 1) * ROUND_BEYOND_MEMORY.objects());
        }
    }

    @Test
    void shouldSayHowLargeTheTiersMustBe() {
        assertThatThrownBy(() -> tiered(false, "device=128KiB,host=1MiB").receiverBytes(SIZES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the device tier has 2 pages of 64 KiB")
                .hasMessageContaining("give it");
        assertThatThrownBy(() -> tiered(false, "device=10MiB,host=64KiB").receiverBytes(SIZES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the host tier needs at least 192 KiB");
    }

    @Test
    void shouldBringLayersFromCacheToCache() throws Exception {
        shouldFindEverythingRight(program(true, ChunkLayout.LAYERS_FIRST, 0));
    }

    private void shouldFindEverythingWaitedForRight(CacheEngineProgram program, Figure... receivers) throws Exception {
        CompletableFuture<RoleReport> sender = send(program, settings(1, true), "sender");

        RoleReport received = receive(program, settings(1, true));

        assertThat(received.verifiedObjects()).isEqualTo(15);
        assertThat(received.rounds().get(0).nanos()).containsOnlyKeys(receivers);
        assertThat(sender.get(60, TimeUnit.SECONDS).rounds()).hasSize(2);
    }

    @Test
    void shouldScatterChunksThatAreWaitedFor() throws Exception {
        shouldFindEverythingWaitedForRight(
                program(false, ChunkLayout.PLANES_FIRST, 0, true, Duration.ZERO), Figure.RECEIVER);
    }

    @Test
    void shouldScatterLayersThatAreWaitedFor() throws Exception {
        shouldFindEverythingWaitedForRight(
                program(true, ChunkLayout.LAYERS_FIRST, 0, true, Duration.ZERO), Figure.RECEIVER);
    }

    @Test
    void shouldHideTheTransferBehindAForwardPass() throws Exception {
        for (boolean awaiting : new boolean[] {true, false}) {
            CacheEngineProgram program = program(true, ChunkLayout.LAYERS_FIRST, 0, awaiting, Duration.ofMillis(5));
            CompletableFuture<ControlAddress> where = new CompletableFuture<>();
            address = where;
            CompletableFuture<RoleReport> sender = send(program, settings(1, false), "sender" + awaiting);

            RoleReport received = receive(program, settings(1, false));
            RoleReport sent = sender.get(60, TimeUnit.SECONDS);

            assertThat(received.verifiedObjects()).isEqualTo(15);
            for (RoleReport role : List.of(sent, received)) {
                assertThat(role.hiddenShare()).isPresent();
                for (RoundResult round : role.rounds()) {
                    assertThat(round.nanos()).containsKeys(Figure.FORWARD, Figure.EXPOSED, Figure.ALONE);
                    // Three layers of 5 ms each.
                    assertThat(round.seconds(Figure.FORWARD)).isGreaterThanOrEqualTo(0.015);
                }
            }
            for (RoundResult round : sent.rounds()) {
                assertThat(round.nanos().get(Figure.DELIVERED))
                        .isEqualTo(round.nanos().get(Figure.FORWARD)
                                + round.nanos().get(Figure.EXPOSED));
            }
        }
    }

    @Test
    void shouldNoticeThatNobodySendsWhatIsWaitedFor() {
        CacheEngineProgram program = program(false, ChunkLayout.LAYERS_FIRST, 0, true, Duration.ZERO);
        CompletableFuture<RoleReport> one = send(program, settings(2, false), "one");
        CompletableFuture<RoleReport> two = send(program, settings(2, false), "two");

        assertThatThrownBy(() -> receive(program, settings(2, false)))
                .hasMessageContaining("still waited for")
                .hasMessageContaining("--worker-id")
                .satisfies(thrown -> assertThat(((RunFailure) thrown).exit()).isEqualTo(ExitCode.VERIFICATION_FAILED));
        assertThatThrownBy(() -> one.get(60, TimeUnit.SECONDS)).hasMessageContaining("found something wrong");
        assertThatThrownBy(() -> two.get(60, TimeUnit.SECONDS)).hasMessageContaining("found something wrong");
    }

    @Test
    void shouldNoticeThatTwoSendersAreTheSameWorker() {
        CacheEngineProgram program = program(false, ChunkLayout.LAYERS_FIRST, 0);
        CompletableFuture<RoleReport> one = send(program, settings(2, false), "one");
        CompletableFuture<RoleReport> two = send(program, settings(2, false), "two");

        assertThatThrownBy(() -> receive(program, settings(2, false)))
                .hasMessageContaining("160 of 320 tokens")
                .hasMessageContaining("--worker-id")
                .satisfies(thrown -> assertThat(((RunFailure) thrown).exit()).isEqualTo(ExitCode.VERIFICATION_FAILED));
        assertThatThrownBy(() -> one.get(60, TimeUnit.SECONDS)).hasMessageContaining("found something wrong");
        assertThatThrownBy(() -> two.get(60, TimeUnit.SECONDS)).hasMessageContaining("found something wrong");
    }
}
