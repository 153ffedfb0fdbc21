// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.app.graph.DeviceMemoryProvider;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs with the memory of one GPU on both sides, over NIXL by both bindings, with digests. */
@Tag("gpu")
@Tag("anydevice")
@Timeout(120)
class GpuProgramsIT {
    private final SharedDirectory shared = new SharedDirectory();

    @AfterEach
    void removeSharedDirectory() {
        shared.close();
    }

    static Stream<Arguments> programs() {
        return Stream.of("nixl-ffm", "nixl-jni")
                .flatMap(transport -> Stream.of("pipe", "pipe-v2", "channel", "channel-v2", "backend", "cache-engine")
                        .map(program -> Arguments.of(transport, program)));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void shouldMoveEveryByte(String transport, String program) {
        String device = DeviceMemoryProvider.device().label();
        List<String> arguments = program.equals("cache-engine")
                ? Small.cacheEngine(transport, "--device", device, "--num-rounds", "2")
                : Small.over(transport, program, "--device", device, "--num-rounds", "2");
        try (PenstockProcess run = PenstockProcess.start(shared.path(), arguments)) {
            assertThat(run.awaitExit()).as(run.err()).isZero();
            assertThat(run.out()).contains("every byte right");
        }
    }
}
