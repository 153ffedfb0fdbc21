// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.app.exit.ExitCode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The doctor says yes only where bytes arrive. */
class DoctorIT {
    private final SharedDirectory shared = new SharedDirectory();

    @AfterEach
    void leaveNothing() {
        assertThat(shared.endpoints()).isEmpty();
        shared.close();
    }

    private PenstockProcess start(List<String> arguments) {
        return PenstockProcess.start(shared.path(), arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "loopback"})
    void shouldBeContentWhereBytesArrive(String transport) {
        try (PenstockProcess run = start(List.of("doctor", "--transport", transport))) {
            assertThat(run.awaitExit()).as("%s%n%s", run.out(), run.err()).isZero();
            assertThat(run.out())
                    .containsPattern("ok +Java ")
                    .containsPattern("ok +shared memory |note +shared memory ")
                    .contains("auto takes it")
                    .containsPattern("ok +nixl-ffm +available, with NIXL \\S+ from .*libnixl_capi.so")
                    .containsPattern("ok +UCX +1\\.\\d+\\.\\d+ .*libucp")
                    .containsPattern("ok +UCX settings +UCX_TLS=\\S*tcp\\S* UCX_NET_DEVICES=lo")
                    .containsPattern("(ok|note) +UCX for host memory +.*\\btcp \\(.*\\blo\\b")
                    .containsPattern("(ok|note) +UCX for GPU memory +")
                    .containsPattern("ok +trial +two processes over [a-z-]+: .*every byte right, at ");
        }
    }

    @Test
    void shouldSayWhatAnOlderJavaCannotAsk() {
        try (PenstockProcess run = PenstockProcess.start(OlderJava.home(), shared.path(), List.of("doctor"))) {
            assertThat(run.awaitExit()).as("%s%n%s", run.out(), run.err()).isZero();
            assertThat(run.out())
                    .containsPattern("note +UCX +can't be asked on Java (17|18|19|20|21): start with Java 22 or newer")
                    .containsPattern("ok +nixl-jni .*auto takes it")
                    .containsPattern("ok +trial +two processes over nixl-jni: ");
        }
    }

    @Test
    void shouldNotBeContentWithATransportThatIsNotThere() {
        try (PenstockProcess run =
                start(List.of("doctor", "--transport", "nixl-jni", "--nixl-library", "/nowhere/libnixl_capi.so"))) {
            assertThat(run.awaitExit()).as(run.out()).isEqualTo(ExitCode.UNAVAILABLE.code());
            assertThat(run.out()).containsPattern("problem +trial +.*nixl-jni.*/nowhere/libnixl_capi.so");
        }
    }

    @Test
    void shouldNotBeContentWithAGpuThatIsNotThere() {
        try (PenstockProcess run = start(List.of("doctor", "--device", "cuda:63"))) {
            assertThat(run.awaitExit()).as(run.out()).isEqualTo(ExitCode.UNAVAILABLE.code());
            assertThat(run.out()).containsPattern("problem +trial ");
        }
    }
}
