// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.graph.DaggerAppComponent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
                DaggerAppComponent.factory()
                        .create(new LoopbackTransportProvider(directory))
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
        assertThat(run("transports")).isZero();
        assertThat(out())
                .containsPattern("nixl-ffm +not available: not part of this build")
                .containsPattern("loopback +available");
    }

    @Test
    void shouldListTransportsAsJson() {
        assertThat(run("transports", "--json")).isZero();
        assertThat(out()).contains("\"name\" : \"loopback\"", "\"available\" : false");
    }

    @Test
    void shouldRefuseATransportThatIsNotBuilt() {
        assertThat(run("pipe", "--transport", "nixl-ffm")).isEqualTo(3);
        assertThat(err()).contains("transport nixl-ffm: not part of this build");
    }

    @Test
    void shouldSayWhatDoesNotFit() {
        assertThat(run("pipe", "--role", "receiver", "--buffer-size", "900TiB")).isEqualTo(6);
        assertThat(err()).contains("900.0 TiB are needed", "are free", "--buffer-size");
    }

    @Test
    void shouldFindOutBeforeTheRunThatTheResultCannotBeWritten() {
        assertThat(run("pipe", "--json", "/no/such/place.json")).isEqualTo(2);
        assertThat(err()).contains("--json /no/such/place.json can't be written");
    }
}
