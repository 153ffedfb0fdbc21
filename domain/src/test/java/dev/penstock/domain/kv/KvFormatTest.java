// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KvFormatTest {
    @ParameterizedTest
    @EnumSource
    void shouldBeFoundByNameAndCode(KvFormat format) {
        assertThat(KvFormat.parse(format.name())).isEqualTo(format);
        assertThat(KvFormat.ofCode(format.code())).isEqualTo(format);
    }

    @ParameterizedTest
    @CsvSource({
        "UNDEFINED, 0, ",
        "KV_2LTD, 1, 2",
        "KV_T2D, 2, 0",
        "KV_2TD, 3, 1",
        "BINARY, 4, ",
        "BINARY_BUFFER, 5, ",
        "KV_MLA_FMT, 6, 2",
        "EC_TD, 7, 0",
        "HS_TD, 8, 0",
        "KV_L2TD, 64, 2"
    })
    void shouldNeverChangeCodesOrTokenAxes(KvFormat format, int code, Integer tokenDimension) {
        assertThat(format.code()).isEqualTo(code);
        assertThat(format.tokenDimension())
                .isEqualTo(tokenDimension == null ? OptionalInt.empty() : OptionalInt.of(tokenDimension));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = "(KV_.*T.*D|EC_TD|HS_TD)")
    void shouldHaveTheTokenAxisWhereItsNameHasTheT(KvFormat format) {
        String axes = format.name().substring(3);
        assertThat(format.tokenDimension()).hasValue(axes.indexOf('T'));
    }

    @Test
    void shouldListTheNamesWhenOneIsUnknown() {
        assertThat(KvFormat.parse("kv_2ltd")).isEqualTo(KvFormat.KV_2LTD);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvFormat.parse("KV_TDL2"))
                .withMessageContaining("'KV_TDL2'")
                .withMessageContaining("KV_2LTD, KV_T2D")
                .withMessageContaining("KV_L2TD");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 9, 63, 65, 255})
    void shouldRejectUnknownCodes(int code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvFormat.ofCode(code))
                .withMessageContaining("" + code);
    }
}
