// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program {@code cache-engine} as people run it, in processes of its own. */
@Timeout(120)
class CacheEngineIT {
    private final SharedDirectory shared = new SharedDirectory();

    @TempDir
    Path directory;

    @AfterEach
    void leaveNothing() {
        assertThat(shared.endpoints()).isEmpty();
        shared.close();
    }

    private PenstockProcess start(String... more) {
        return start(6, 200, List.of(more));
    }

    private PenstockProcess start(int chunks, int blocks, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of("cache-engine", "--transport", "loopback"));
        arguments.addAll(List.of("--num-layers", "4", "--hidden", "64", "--warm-up-rounds", "1"));
        arguments.addAll(List.of("--num-blocks", Integer.toString(blocks), "--num-chunks", Integer.toString(chunks)));
        arguments.addAll(more);
        return PenstockProcess.start(shared.path(), arguments);
    }

    @Test
    void shouldStoreAndRetrieveWithOneCommand() throws IOException {
        Path json = directory.resolve("result.json");
        try (PenstockProcess run = start("--num-rounds", "2", "--json", json.toString())) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.out())
                    .contains("sent ", "delivered ", "retrieved ", "what copies allow", "and of a retrieval")
                    .contains("verified                   18 objects, 4.5 MiB");
        }
        Map<String, Object> result = JSON.std.mapFrom(Files.readString(json));
        assertThat(result)
                .containsEntry("program", "cache-engine")
                .containsKeys("ceiling", "digest_ceiling", "retrieval_ceiling");
        assertThat(result.get("parameters").toString()).contains("blocks=200", "block_tokens=16", "sha256_cbor seed=0");
    }

    @ParameterizedTest
    @CsvSource({
        "--layerwise, 12 objects",
        "--hash=builtin --chunk-layout=planes-first --digest=off, 12 objects",
        "--num-expected-senders=2 --eviction=lfu, 24 objects",
        "--num-expected-senders=2 --layerwise --eviction=fifo --chunk-size=128, 24 objects",
        "--await, 12 objects",
        "--await --num-expected-senders=2 --digest=off, 24 objects",
        "--await --layerwise --simulate-forward=2ms, 12 objects"
    })
    void shouldStoreAndRetrieveInOtherWays(String flags, String verified) {
        List<String> more = new ArrayList<>(List.of(flags.split(" ", 0)));
        more.addAll(List.of("--raw", "off"));
        try (PenstockProcess run = start(more.toArray(String[]::new))) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.out()).contains("verified                   " + verified);
        }
    }

    @Test
    void shouldRefuseAChunkSizeThatDiffersBetweenTheSides() {
        String port = Integer.toString(Small.freePort());
        try (PenstockProcess sender = start("--role", "sender", "--port", port, "--chunk-size", "128")) {
            sender.awaitWord("transport: loopback");
            try (PenstockProcess receiver = start("--role", "receiver", "--port", port, "--timeout", "3s")) {
                assertThat(sender.awaitExit()).as(sender.err()).isEqualTo(5);
                assertThat(sender.err()).contains("chunk size: receiver has '256', sender has '128'");
                assertThat(receiver.awaitExit()).as(receiver.err()).isEqualTo(5);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--hash-seed=7, sha256_cbor seed=7 salt=none",
        "--hash=builtin, builtin seed=0 salt=none",
        // A variable that every process has; its value is the salt.
        "--tenant-salt-env=PATH, sha256_cbor seed=0 salt="
    })
    void shouldRefuseHashesThatDifferBetweenTheSides(String flag, String sendersHash) {
        String port = Integer.toString(Small.freePort());
        try (PenstockProcess sender = start("--role", "sender", "--port", port, flag)) {
            sender.awaitWord("transport: loopback");
            try (PenstockProcess receiver = start("--role", "receiver", "--port", port, "--timeout", "3s")) {
                assertThat(sender.awaitExit()).as(sender.err()).isEqualTo(5);
                assertThat(sender.err())
                        .contains("receiver has 'sha256_cbor seed=0 salt=none', sender has '" + sendersHash)
                        .doesNotContain(System.getenv("PATH"));
                assertThat(receiver.awaitExit()).as(receiver.err()).isEqualTo(5);
            }
        }
    }

    @Test
    void shouldKeepATenantsSaltToItself() throws IOException {
        Path json = directory.resolve("result.json");
        try (PenstockProcess run = start("--tenant-salt-env", "PATH", "--raw", "off", "--json", json.toString())) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.out()).contains("verified                   12 objects");
            assertThat(run.out() + run.err() + Files.readString(json)).doesNotContain(System.getenv("PATH"));
        }
        assertThat(JSON.std.mapFrom(Files.readString(json)).get("parameters").toString())
                .contains("sha256_cbor seed=0 salt=")
                .doesNotContain("salt=none");
        try (PenstockProcess run = start("--tenant-salt-env", "PENSTOCK_NO_SUCH_VARIABLE")) {
            assertThat(run.awaitExit()).isEqualTo(2);
            assertThat(run.err()).contains("PENSTOCK_NO_SUCH_VARIABLE", "not set");
        }
    }

    @Test
    void shouldSayThatAForwardPassNeedsLayers() {
        try (PenstockProcess run = start("--simulate-forward", "2ms")) {
            assertThat(run.awaitExit()).isEqualTo(2);
            assertThat(run.err()).contains("--simulate-forward", "--layerwise");
        }
    }

    @Test
    void shouldBringARoundBackThatIsLongerThanTheStore() throws IOException {
        Path json = directory.resolve("result.json");
        List<String> flags = new ArrayList<>(
                List.of("--slot-size", "256KiB", "--buffer-size", "4MiB", "--depth", "4", "--raw", "off"));
        flags.addAll(List.of("--tiers", "device=4MiB,host=2MiB,disk=" + directory.resolve("files") + ":100MiB"));
        flags.addAll(List.of("--json", json.toString()));
        try (PenstockProcess run = start(40, 640, flags)) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.out())
                    .contains("verified                   80 objects", "to host memory", "from files", "this is ")
                    .contains("0 copies damaged, 0 not made, 0 chunks lost");
        }
        assertThat(Files.readString(json)).contains("demotion_share", "disk_read_gib_per_second");
        // What was stored last outlives the process, wherever it was when that ended.
        try (PenstockProcess run = start(40, 640, flags)) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.out() + run.err()).contains("removed 40 chunks that an earlier run has left");
        }
        try (PenstockProcess run = start("--tiers", "device=4MiB")) {
            assertThat(run.awaitExit()).isEqualTo(2);
            assertThat(run.err()).contains("no host tier", "device=4GiB,host=8GiB,disk=/folder:100GiB");
        }
        try (PenstockProcess run = start("--tiers", "device=4GiB,host=8GiB", "--digest", "off")) {
            assertThat(run.awaitExit()).isEqualTo(2);
            assertThat(run.err()).contains("--tiers needs --digest on");
        }
    }

    @Test
    void shouldSayThatBlocksAreTooFew() {
        try (PenstockProcess run = start("--block-size", "4")) {
            assertThat(run.awaitExit()).isEqualTo(2);
            assertThat(run.err()).contains("--num-blocks 200 with --block-size 4", "384 blocks");
        }
    }
}
