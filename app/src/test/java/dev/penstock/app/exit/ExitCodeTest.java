// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.exit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExitCodeTest {
    @ParameterizedTest
    @CsvSource({
        "CORRUPTED, 1",
        "UNAVAILABLE, 3",
        "PEER_LOST, 4",
        "TIMEOUT, 4",
        "CLOSED, 4",
        "REFUSED, 5",
        "PROTOCOL, 5",
        "CAPACITY, 6",
        "NATIVE, 70"
    })
    void shouldTellFailuresApart(FailureKind kind, int code) {
        assertThat(ExitCode.of(new KvTransferException(kind, "test", "a test")).code())
                .isEqualTo(code);
    }

    @Test
    void shouldTakeWhatNobodyExpectedForABug() {
        assertThat(ExitCode.of(new IllegalStateException("a test"))).isEqualTo(ExitCode.INTERNAL);
        assertThat(ExitCode.of(new RunFailure(ExitCode.CAPACITY, "a test"))).isEqualTo(ExitCode.CAPACITY);
    }

    @ParameterizedTest
    @EnumSource
    void shouldKnowItsOwnCodes(ExitCode exit) {
        assertThat(ExitCode.ofProcess(exit.code())).isEqualTo(exit);
        assertThat(ExitCode.worst(List.of(exit, ExitCode.OK))).isEqualTo(exit);
        assertThat(ExitCode.meanings()).containsKey(Integer.toString(exit.code()));
    }

    @Test
    void shouldTakeAKilledProcessForALostPeer() {
        assertThat(ExitCode.ofProcess(137)).isEqualTo(ExitCode.PEER_LOST);
        assertThat(ExitCode.ofProcess(42)).isEqualTo(ExitCode.INTERNAL);
    }

    @Test
    void shouldPutTheCauseBeforeItsConsequences() {
        assertThat(ExitCode.worst(List.of(ExitCode.PEER_LOST, ExitCode.CAPACITY)))
                .isEqualTo(ExitCode.CAPACITY);
        assertThat(ExitCode.worst(List.of(ExitCode.PEER_LOST, ExitCode.INTERRUPTED)))
                .isEqualTo(ExitCode.INTERRUPTED);
        assertThat(ExitCode.worst(List.of(ExitCode.VERIFICATION_FAILED, ExitCode.PEER_LOST, ExitCode.CAPACITY)))
                .isEqualTo(ExitCode.VERIFICATION_FAILED);
        assertThat(ExitCode.worst(List.of())).isEqualTo(ExitCode.OK);
    }
}
