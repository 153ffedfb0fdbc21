// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.graph.DaggerAppComponent;
import dev.penstock.transport.nixl.library.NixlLookup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PenstockCliTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return PenstockCli.run(
                "no.such.Main",
                arguments,
                // Where a test names no library, there is none, whatever this machine has.
                nixl -> DaggerAppComponent.factory()
                        .create(
                                new LoopbackTransportProvider(directory),
                                List.of(arguments).contains("--nixl-library")
                                        ? nixl
                                        : () -> new NixlLookup.Missing("not here"))
                        .transports(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Interruption.none());
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "--prot 5556, unknown option '--prot'; did you mean --port?",
        "--num-obj=3, unknown option '--num-obj'; did you mean --num-objs?",
        "--fly-me-to-the-moon, unknown option '--fly-me-to-the-moon'",
        "extra, unexpected argument 'extra'",
        "--role both, 'both' is no role; there are sender and receiver",
        "--shape 3x4, '3x4' is no shape",
        "--dtype int3, 'int3' is no element type",
        "--buffer-size 4Gib4, '4Gib4' is no size",
        "--timeout soon, 'soon' is no time",
        "--timeout 0, a timeout is longer than 0",
        "--digest perhaps, 'perhaps' is neither on nor off",
        "--idle never, 'never' is none of spin",
        "--num-objs 0, at least one object",
        "--num-rounds 0, --num-rounds is at least 1",
        "--num-expected-senders 65, --num-expected-senders is 1 to 64",
        "--depth 0, a depth is 1 to 512",
        "--slot-size 100, multiple of 256",
        "--port 70000, a port is 0 to 65535",
        "--transport pigeon, 'pigeon' is no transport"
    })
    void shouldNameWhatIsWrongWithTheArguments(String arguments, String complaint) {
        String[] all = ("pipe " + arguments).split(" ", 0);

        assertThat(run(all)).isEqualTo(2);
        assertThat(err()).contains("penstock pipe: ").contains(complaint);
        assertThat(out()).isEmpty();
    }

    @Test
    void shouldSuggestCommands() {
        assertThat(run("pip")).isEqualTo(2);
        assertThat(err()).contains("unknown command 'pip'; did you mean pipe?");
    }

    @Test
    void shouldAskForACommand() {
        assertThat(run()).isEqualTo(2);
        assertThat(err()).contains("a command is missing", "penstock --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pipe", "pipe-v2"})
    void shouldExplainFlagsAndExitCodes(String program) {
        assertThat(run(program, "--help")).isZero();
        assertThat(out())
                .contains("--role", "--num-expected-senders", "--num-objs", "--json", "--quiet")
                .contains("Exit codes:", "130   interrupted", "PENSTOCK_LOG")
                .doesNotContain("--child", "--node-id");
    }

    @Test
    void shouldTellItsVersion() {
        assertThat(run("--version")).isZero();
        assertThat(out()).contains("penstock ", "Java ");
    }

    @Test
    void shouldListTransports() {
        assertThat(run("transports", "--nixl-library", "/no/such/nixl.so")).isZero();
        assertThat(out())
                .containsPattern("nixl-ffm +not available: --nixl-library names /no/such/nixl.so")
                .containsPattern("loopback +available");
    }

    @Test
    void shouldTellPathAndVersionOfNixl() throws IOException {
        Path wheel = Files.createDirectories(directory.resolve("site/.nixl_cu13.mesonpy.libs"));
        Files.createDirectory(directory.resolve("site/nixl_cu13-1.5.1.dist-info"));
        Path library = Files.createFile(wheel.resolve("libnixl_capi.so")).toRealPath();

        assertThat(run("transports", "--nixl-library", library.toString())).isZero();
        assertThat(out()).containsPattern("nixl-ffm +available, with NIXL 1.5.1 from --nixl-library: " + library);

        assertThat(run("transports", "--json", "--nixl-library", library.toString()))
                .isZero();
        assertThat(out()).contains("\"nixl_version\" : \"1.5.1\"", "\"nixl_library\" : \"" + library + '"');
    }

    @Test
    void shouldListTransportsAsJson() {
        assertThat(run("transports", "--json", "--nixl-library", "/no/such/nixl.so"))
                .isZero();
        assertThat(out()).contains("\"name\" : \"loopback\"", "\"available\" : false");
    }

    @Test
    void shouldRefuseATransportThatCannotBeUsed() {
        assertThat(run("pipe", "--transport", "nixl-ffm", "--nixl-library", "/no/such/nixl.so"))
                .isEqualTo(3);
        assertThat(err()).contains("transport nixl-ffm: --nixl-library names /no/such/nixl.so");
    }

    @Test
    void shouldAskForACommandOfNixl() {
        assertThat(run("nixl")).isEqualTo(2);
        assertThat(err()).contains("a command is missing", "penstock nixl --help");
    }

    @Test
    void shouldSayWhereTheScriptIsWhenThisIsNoDistribution() {
        assertThat(run("nixl", "install")).isEqualTo(3);
        assertThat(err()).contains("native/nixl/fetch");
    }

    @Test
    void shouldSayWhatDoesNotFit() {
        assertThat(run("pipe", "--transport", "loopback", "--role", "receiver", "--buffer-size", "900TiB"))
                .isEqualTo(6);
        assertThat(err()).contains("900.0 TiB are needed", "are free", "--buffer-size");
    }

    @Test
    void shouldFindOutBeforeTheRunThatTheResultCannotBeWritten() {
        assertThat(run("pipe", "--json", "/no/such/place.json")).isEqualTo(2);
        assertThat(err()).contains("--json /no/such/place.json can't be written");
    }
}
