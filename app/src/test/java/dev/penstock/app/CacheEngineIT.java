// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program {@code cache-engine} in processes of its own. */
@Timeout(240)
class CacheEngineIT {
    private static final List<String> SMALL =
            List.of("--num-layers", "4", "--hidden", "64", "--num-blocks", "200", "--num-chunks", "6");

    @TempDir
    Path directory;

    private record Ended(int code, String output) {}

    private Process start(String name, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "cache-engine"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PENSTOCK_SHARED_DIR", directory.toString());
        builder.redirectErrorStream(true);
        builder.redirectOutput(directory.resolve(name).toFile());
        return builder.start();
    }

    private Ended end(String name, Process process) throws Exception {
        assertThat(process.waitFor(200, TimeUnit.SECONDS)).isTrue();
        return new Ended(
                process.exitValue(), Files.readString(directory.resolve(name), StandardCharsets.UTF_8));
    }

    private static List<String> small(String... further) {
        List<String> arguments = new ArrayList<>(SMALL);
        arguments.addAll(List.of(further));
        return arguments;
    }

    @ParameterizedTest
    @CsvSource({
        "1, ''",
        "1, --layerwise",
        "1, --hash builtin --chunk-layout planes-first --digest off --raw off",
        "2, --eviction lfu --raw off"
    })
    void shouldBringEveryByteToTheReceiversCache(int senders, String flags) throws Exception {
        Path json = directory.resolve("result.json");
        List<String> arguments = small(
                "--num-rounds", "2", "--num-expected-senders", Integer.toString(senders), "--json", json.toString());
        if (!flags.isEmpty()) {
            arguments.addAll(List.of(flags.split(" ", 0)));
        }

        Ended ended = end("both", start("both", arguments));

        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("verified", 18 * senders + " objects", "retrieved");
        Map<String, Object> result = JSON.std.mapFrom(Files.readString(json, StandardCharsets.UTF_8));
        assertThat(result).containsEntry("program", "cache-engine").containsKey("results");
    }

    @Test
    void shouldRefuseAChunkSizeThatDiffersBetweenTheSides() throws Exception {
        Path port = directory.resolve("receiver");
        Process receiver = start(
                "receiver", small("--role", "receiver", "--port", "0", "--raw", "off", "--timeout", "8s"));
        Process sender = null;
        try {
            String number = awaitPort(port);
            sender = start(
                    "sender",
                    small("--role", "sender", "--port", number, "--raw", "off", "--timeout", "8s", "--chunk-size", "128"));

            Ended refused = end("sender", sender);
            Ended refusing = end("receiver", receiver);

            assertThat(refused.code()).as(refused.output()).isEqualTo(5);
            assertThat(refused.output()).contains("chunk size: receiver has '256', sender has '128'");
            assertThat(refusing.code()).as(refusing.output()).isEqualTo(5);
            assertThat(refusing.output()).contains("chunk size");
        } finally {
            receiver.destroyForcibly();
            if (sender != null) {
                sender.destroyForcibly();
            }
        }
    }

    private static String awaitPort(Path output) throws Exception {
        Pattern listening = Pattern.compile("listen\\w* [^\\n]*:(\\d+)");
        for (int i = 0; i < 600; i++) {
            Matcher matcher = listening.matcher(Files.readString(output, StandardCharsets.UTF_8));
            if (matcher.find()) {
                return matcher.group(1);
            }
            Thread.sleep(100);
        }
        throw new AssertionError("the receiver does not listen: " + Files.readString(output, StandardCharsets.UTF_8));
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
    void shouldSayWhatIsWrong(String flags, int code, String complaint) throws Exception {
        Ended ended = end("wrong", start("wrong", List.of(flags.replace(';', ',').split(" ", 0))));

        assertThat(ended.code()).as(ended.output()).isEqualTo(code);
        assertThat(ended.output()).contains(complaint);
    }
}
