// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs as people run them, in processes of their own. */
@Timeout(120)
class ProgramsIT {
    private final SharedDirectory shared = new SharedDirectory();

    @TempDir
    Path directory;

    @AfterEach
    void leaveNothing() {
        assertThat(shared.endpoints()).isEmpty();
        shared.close();
    }

    private PenstockProcess start(List<String> arguments) {
        return PenstockProcess.start(shared.path(), arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pipe", "pipe-v2"})
    void shouldRunBothSidesWithOneCommand(String program) throws IOException {
        Path json = directory.resolve("result.json");
        String folder = directory.toString();
        try (PenstockProcess run =
                start(Small.run(program, "--num-rounds", "2", "--json", json.toString(), "--timeline", folder))) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.err()).contains("sized to ", "round 2: ");
            assertThat(run.out())
                    .contains("sent ", "delivered ", "received ", "what copies allow")
                    .contains("verified                   36 objects, 9 MiB: each once, in order, every byte right");
        }
        Map<String, Object> result = JSON.std.mapFrom(Files.readString(json));
        assertThat(result).containsEntry("program", program).containsKeys("parameters", "environment", "ceiling");
        assertThat((List<?>) result.get("roles")).hasSize(2);
        assertThat((List<?>) result.get("results")).hasSizeGreaterThanOrEqualTo(3);
        assertThat(Files.readString(directory.resolve("sender.csv")))
                .startsWith("nanos,event,epoch,number,bytes\n")
                .contains(
                        ",round begins,",
                        ",opened,",
                        ",sealed,",
                        ",filled,",
                        ",posted,",
                        ",written,",
                        ",acknowledged,");
        assertThat(Files.readString(directory.resolve("receiver.csv")))
                .contains(",round ends,", ",arrived,", ",moved,", ",consumed,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sender", "receiver"})
    void shouldRunInTwoTerminalsWhicheverStartsFirst(String first) {
        String port = Integer.toString(Small.freePort());
        String second = first.equals("sender") ? "receiver" : "sender";
        try (PenstockProcess one = start(Small.run("pipe", "--role", first, "--port", port));
                PenstockProcess two = startAfter(one, first, Small.run("pipe", "--role", second, "--port", port))) {
            assertThat(two.awaitExit()).as("%s%n%s", one.err(), two.err()).isZero();
            assertThat(one.awaitExit()).as("%s%n%s", one.err(), two.err()).isZero();
            PenstockProcess receiver = first.equals("receiver") ? one : two;
            assertThat(receiver.out()).contains("verified                   24 objects");
        }
    }

    private PenstockProcess startAfter(PenstockProcess other, String role, List<String> arguments) {
        other.awaitWord(role.equals("receiver") ? "listening at" : "transport: loopback");
        return start(arguments);
    }

    @Test
    void shouldTakeObjectsFromSeveralSenders() {
        try (PenstockProcess run = start(Small.run("pipe", "--num-expected-senders", "2"))) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.out())
                    .contains("sent (sender-1)", "sent (sender-2)", "verified                   48 objects");
            assertThat(run.err()).contains("sender-1: round 1: ", "sender-2: round 1: ");
        }
    }

    @Test
    void shouldSendObjectsThatAreLargerThanTheRing() {
        List<String> arguments = List.of(
                "pipe",
                "--transport",
                "loopback",
                "--shape",
                "[4,2,256,512]",
                "--num-objs",
                "3",
                "--buffer-size",
                "512KiB",
                "--slot-size",
                "128KiB",
                "--digest",
                "off",
                "--raw",
                "off",
                "--warm-up-rounds",
                "1",
                "--quiet");
        try (PenstockProcess run = start(arguments)) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.out())
                    .contains("verified                   6 objects, 12 MiB")
                    .doesNotContain("plain copy");
            assertThat(run.err()).isEmpty();
        }
    }

    @Test
    void shouldNotCountSimulatedWork() {
        try (PenstockProcess run = start(Small.run("pipe-v2", "--simulate-work", "--raw", "off"))) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.out()).contains("wall time", "own work");
        }
    }

    @Test
    void shouldListTransports() {
        try (PenstockProcess run = start(List.of("transports"))) {
            assertThat(run.awaitExit()).isZero();
            assertThat(run.out()).containsPattern("loopback +available");
            assertThat(run.err()).isEmpty();
        }
    }
}
