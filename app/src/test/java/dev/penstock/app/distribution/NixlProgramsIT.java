// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.penstock.transport.nixl.library.NixlLookup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs over NIXL, by both bindings, from memory of the host to memory of the host. */
@EnabledIf(value = "nixlIsHere", disabledReason = "there is no NIXL on this host, and -Dpenstock.require asks for none")
@Timeout(120)
class NixlProgramsIT {
    private static final String REQUIRED = System.getProperty("penstock.require", "");

    private final SharedDirectory shared = new SharedDirectory();

    @TempDir
    Path directory;

    static boolean nixlIsHere() {
        return REQUIRED.contains("nixl") || NixlLookup.here().library().isPresent();
    }

    @AfterEach
    void removeSharedDirectory() {
        assertThat(shared.endpoints()).isEmpty();
        shared.close();
    }

    private PenstockProcess start(List<String> arguments) {
        return PenstockProcess.start(shared.path(), arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "nixl-ffm, pipe",
        "nixl-ffm, pipe-v2",
        "nixl-ffm, channel",
        "nixl-ffm, channel-v2",
        "nixl-ffm, backend",
        "nixl-jni, pipe",
        "nixl-jni, pipe-v2",
        "nixl-jni, channel",
        "nixl-jni, channel-v2",
        "nixl-jni, backend"
    })
    void shouldMoveObjects(String transport, String program) throws IOException {
        Path json = directory.resolve("result.json");
        try (PenstockProcess run = start(Small.over(transport, program, "--json", json.toString()))) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.out()).contains("every byte right");
        }
        Map<?, ?> parameters =
                (Map<?, ?>) JSON.std.mapFrom(Files.readString(json)).get("parameters");
        assertThat(parameters.get("transport")).isEqualTo(transport);
        assertThat(parameters.get("nixl_library").toString()).endsWith("libnixl_capi.so");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pipe", "channel", "backend"})
    void shouldSendObjectsFromWhereTheyAre(String program) {
        try (PenstockProcess run = start(Small.over("nixl-ffm", program, "--staging", "off"))) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.out())
                    .contains("every byte right")
                    .contains("memory per byte, sender    1.00 read, 0.00 written");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nixl-ffm", "nixl-jni"})
    void shouldStoreAndRetrieveACache(String transport) {
        try (PenstockProcess run = start(Small.cacheEngine(transport))) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.out()).contains("verified                   12 objects");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nixl-ffm", "nixl-jni"})
    void shouldTakeObjectsFromSeveralSenders(String transport) {
        try (PenstockProcess run =
                start(Small.over(transport, "channel", "--num-expected-senders", "2", "--raw", "off"))) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.out()).contains("sent (sender-1)", "sent (sender-2)");
        }
    }

    @Test
    void shouldLetTheTwoBindingsMeet() {
        String port = Integer.toString(Small.freePort());
        try (PenstockProcess receiver =
                start(Small.over("nixl-jni", "pipe", "--role", "receiver", "--port", port, "--raw", "off"))) {
            receiver.awaitWord("listening at");
            try (PenstockProcess sender =
                    start(Small.over("nixl-ffm", "pipe", "--role", "sender", "--port", port, "--raw", "off"))) {
                assertThat(sender.awaitExit()).as(sender.err()).isZero();
            }
            assertThat(receiver.awaitExit()).as(receiver.err()).isZero();
        }
    }

    @Test
    void shouldTakeFfmByItselfAndSayWhichNixl() {
        try (PenstockProcess run = start(Small.over("auto", "pipe", "--raw", "off"))) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.err()).contains("transport: nixl-ffm (NIXL ", "libnixl_capi.so), the first choice on Java ");
        }
    }

    @Test
    void shouldTakeJniOnAnOlderJavaAndSayWhy() {
        try (PenstockProcess run =
                PenstockProcess.start(OlderJava.home(), shared.path(), Small.over("auto", "pipe", "--raw", "off"))) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.err())
                    .contains("transport: nixl-jni (NIXL ", "since nixl-ffm is not available: needs Java 22 or newer");
        }
    }

    @Test
    void shouldTakeLoopbackWhereThereIsNoNixlAndSayWhy() {
        try (PenstockProcess run =
                start(Small.over("auto", "pipe", "--raw", "off", "--nixl-library", "/nowhere/libnixl_capi.so"))) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.err())
                    .contains("transport: loopback, since nixl-ffm is not available: --nixl-library names /nowhere/");
        }
    }

    @Test
    void shouldFindNixlInstalled() {
        try (PenstockProcess run = start(List.of("nixl", "install"))) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.out()).endsWith("libnixl_capi.so");
        }
    }
}
