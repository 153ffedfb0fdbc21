// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.graph.DaggerAppComponent;
import dev.penstock.transport.nixl.library.NixlLookup;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheEngineCommandTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String arguments) {
        return PenstockCli.run(
                "no.such.Main",
                ("cache-engine " + arguments).split(" ", 0),
                nixl -> DaggerAppComponent.factory()
                        .create(new LoopbackTransportProvider(directory), () -> new NixlLookup.Missing("not here"))
                        .transports(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Interruption.none());
    }

    @ParameterizedTest
    @CsvSource({
        "--num-blocks 50 --num-chunks 6, 2, 1536",
        "--num-chunks 0, 2, at least one",
        "--chunk-size 0, 2, positive",
        "--hidden 3, 2, multiple of 8",
        "--shape [4;2;256;64] --chunk-size 128, 2, contradicts",
        "--model a@b, 2, '@'",
        "--hash md5, 2, no chunk hash",
        "--chunk-layout sideways, 2, no chunk layout",
        "--eviction random, 2, no eviction policy",
        "--worker-id 1, 2, --worker-id 1",
        "--num-layers 32 --num-blocks 100000000, 6, are needed"
    })
    void shouldNameWhatIsWrongWithTheArguments(String flags, int code, String complaint) {
        assertThat(run(flags.replace(';', ','))).isEqualTo(code);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("penstock cache-engine: ")
                .contains(complaint);
        assertThat(out.size()).isZero();
    }

    @Test
    void shouldExplainItsFlags() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("--num-layers", "--hidden", "--block-size", "--num-blocks", "--chunk-size", "--num-chunks")
                .contains(
                        "--model",
                        "--hash",
                        "--hash-seed",
                        "--layerwise",
                        "--chunk-layout",
                        "--eviction",
                        "--worker-id");
    }
}
