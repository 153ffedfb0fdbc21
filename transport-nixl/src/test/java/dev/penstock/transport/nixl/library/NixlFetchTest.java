// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl.library;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script native/nixl/fetch, with a wheel of our own in place of NIXL's. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "NIXL is fetched for Linux x86-64 alone")
@EnabledForJreRange(min = JRE.JAVA_22, disabledReason = "the script is the same on every Java: one run is enough")
class NixlFetchTest {
    private static final Path SCRIPTS = Path.of("..", "native", "nixl");
    private static final String VERSION = "9.9.9";

    @TempDir
    Path root;

    private Path script;
    private Path wheels;
    private Path cache;

    private record Result(int exit, String out, String err) {}

    @BeforeEach
    void pinOwnWheel() throws IOException {
        Path scripts = Files.createDirectory(root.resolve("scripts"));
        for (String name : List.of("fetch", "unpack.py")) {
            Files.copy(SCRIPTS.resolve(name), scripts.resolve(name));
        }
        script = scripts.resolve("fetch");
        wheels = Files.createDirectory(root.resolve("wheels"));
        cache = root.resolve("cache");
        pin(sha256(FakeWheel.write(wheels, VERSION)));
    }

    @Test
    void shouldPinWhatTheSearchLooksFor() throws IOException {
        String pins = Files.readString(SCRIPTS.resolve("requirements.txt"));
        String digest = NixlSearch.CACHE_NAME.substring(NixlLibrary.TESTED_VERSION.length() + 1);
        assertThat(pins).contains("nixl-cu13==" + NixlLibrary.TESTED_VERSION + " --hash=sha256:" + digest);
        assertThat(digest).hasSize(12);
    }

    @Test
    void shouldUnpackWhatIsNeededAndNothingElse() throws Exception {
        Result result = fetch(Map.of());
        assertThat(result.exit()).as(result.err()).isZero();
        Path library = Path.of(result.out().strip());
        assertThat(library).endsWith(Path.of(FakeWheel.LIBRARIES, NixlLibrary.FILE_NAME));
        Path installed = library.getParent().getParent();
        assertThat(installed.getFileName().toString()).startsWith(VERSION + "-");
        assertThat(filesUnder(installed))
                .containsExactlyInAnyOrder(
                        FakeWheel.LIBRARIES + NixlLibrary.FILE_NAME,
                        FakeWheel.LIBRARIES + "libnixl.so",
                        FakeWheel.LIBRARIES + "plugins/libplugin_UCX.so",
                        "nixl_cu13.libs/libucp-1.so.0",
                        FakeWheel.MODULES + "libuct_cma.so.0.0.0",
                        FakeWheel.MODULES + "libuct_cuda.so.0.0.0",
                        FakeWheel.MODULES + "libucm_cuda.so.0.0.0",
                        "nixl_cu13-9.9.9.dist-info/licenses/LICENSE");
        assertThat(installs()).containsExactly(installed);
    }

    @Test
    void shouldDoNothingTheSecondTime() throws Exception {
        Result first = fetch(Map.of());
        // Neither a Python nor a wheel: had it anything to do, it could not.
        Result second = fetch(Map.of("PATH", toolsAlone().toString(), "PIP_FIND_LINKS", "/nonexistent"));
        assertThat(second.exit()).as(second.err()).isZero();
        assertThat(second.out()).isEqualTo(first.out());
        assertThat(second.err()).isEmpty();
    }

    @Test
    void shouldRepairWhatLostItsLibrary() throws Exception {
        Path library = Path.of(fetch(Map.of()).out().strip());
        Files.delete(library);
        Result result = fetch(Map.of());
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(library).exists();
    }

    @Test
    void shouldLetSeveralRunAtOnce() throws Exception {
        List<Process> running = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            running.add(builder(Map.of())
                    .redirectErrorStream(true)
                    .redirectOutput(root.resolve("log-" + i).toFile())
                    .start());
        }
        for (int i = 0; i < running.size(); i++) {
            assertThat(running.get(i).waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(running.get(i).exitValue())
                    .as(Files.readString(root.resolve("log-" + i)))
                    .isZero();
        }
        assertThat(installs()).hasSize(1);
    }

    @Test
    void shouldRefuseAnotherFile() throws Exception {
        pin("0".repeat(64));
        expectFailure(fetch(Map.of()), "is not the file that");
    }

    @Test
    void shouldSayThatPipFoundNothing() throws Exception {
        expectFailure(fetch(Map.of("PIP_FIND_LINKS", root.resolve("empty").toString())), "Is there a network?");
    }

    @Test
    void shouldSayThatPythonIsMissing() throws Exception {
        expectFailure(fetch(Map.of("PATH", toolsAlone().toString())), "needs python3 with pip");
    }

    @Test
    void shouldSayThatPipIsMissing() throws Exception {
        expectFailure(fetch(Map.of("PATH", pythonThat("exit 1"))), "needs pip to fetch NIXL");
    }

    @Test
    void shouldSayThatTheDiskIsFull() throws Exception {
        String full = "case \"$*\" in *download*) echo 'OSError: [Errno 28] No space left on device'; exit 2 ;; esac";
        expectFailure(fetch(Map.of("PATH", pythonThat(full))), "is full: make room");
    }

    @Test
    void shouldSayThatTheCacheCannotBeMade() throws Exception {
        Files.createFile(cache);
        Result result = fetch(Map.of());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("can't make " + cache);
    }

    private void expectFailure(Result result, String message) throws IOException {
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains(message);
        assertThat(installs()).isEmpty();
    }

    private Result fetch(Map<String, String> environment) throws Exception {
        Path err = root.resolve("err");
        Process process = builder(environment).redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), out, Files.readString(err));
    }

    private ProcessBuilder builder(Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString());
        builder.environment().put("XDG_CACHE_HOME", cache.toString());
        builder.environment().put("PIP_NO_INDEX", "1");
        builder.environment().put("PIP_FIND_LINKS", wheels.toString());
        builder.environment().putAll(environment);
        return builder;
    }

    private void pin(String sha256) throws IOException {
        Files.writeString(
                script.resolveSibling("requirements.txt"), "nixl-cu13==" + VERSION + " --hash=sha256:" + sha256 + "\n");
    }

    /** A PATH with the tools that the script uses, and without a Python. */
    private Path toolsAlone() throws IOException {
        Path tools = Files.createDirectories(root.resolve("tools"));
        for (String tool : List.of("dirname", "find", "grep", "mkdir", "mktemp", "rm", "sed", "uname")) {
            Path real = Stream.of("/usr/bin/", "/bin/")
                    .map(directory -> Path.of(directory, tool))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            program(tools.resolve(tool), "exec " + real + " \"$@\"");
        }
        return tools;
    }

    /** Such a PATH whose python3 is a shell script. */
    private String pythonThat(String does) throws IOException {
        Path tools = toolsAlone();
        program(tools.resolve("python3"), does);
        return tools.toString();
    }

    private static void program(Path path, String does) throws IOException {
        Files.writeString(path, "#!/bin/sh\n" + does + "\n");
        assertThat(path.toFile().setExecutable(true)).isTrue();
    }

    private List<Path> installs() throws IOException {
        Path parent = cache.resolve("penstock/nixl");
        if (!Files.exists(parent)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.toList();
        }
    }

    private static List<String> filesUnder(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .toList();
        }
    }

    private static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
