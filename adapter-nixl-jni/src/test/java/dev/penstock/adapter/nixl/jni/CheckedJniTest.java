// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.jni;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether the check that watches all tests of this module would find something: native/jni/checked, after a JVM with the
 * very options of the tests' own.
 */
class CheckedJniTest {
    private static final Path CHECKED = Path.of("..", "native", "jni", "checked");

    @TempDir
    Path logs;

    @Test
    void shouldFindAPlantedFault() throws Exception {
        runPlanted(false);

        Ended check = check();

        assertThat(check.exit()).isEqualTo(1);
        assertThat(check.output())
                .contains("WARNING in native method: JNI call made without checking exceptions")
                .contains("the JNI adapter uses JNI wrongly");
    }

    @Test
    void shouldFindNothingWhereNothingIsWrong() throws Exception {
        runPlanted(true);

        Ended check = check();

        assertThat(check.output()).isEmpty();
        assertThat(check.exit()).isZero();
        assertThat(logs).isNotEmptyDirectory();
    }

    private void runPlanted(boolean carefully) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String option : CheckedJvm.options()) {
            // Elsewhere than the tests' own, which this fault must not fail.
            command.add(option.startsWith("-XX:LogFile=") ? "-XX:LogFile=" + logs.resolve("%p.log") : option);
        }
        assertThat(command).contains("-Xcheck:jni");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(PlantedFault.class.getName(), Boolean.toString(carefully)));
        Ended planted = run(command);
        assertThat(planted.exit()).as(planted.output()).isZero();
    }

    private Ended check() throws Exception {
        return run(List.of(CHECKED.toString(), "end", logs.toString()));
    }

    private record Ended(int exit, String output) {}

    private static Ended run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }
}
