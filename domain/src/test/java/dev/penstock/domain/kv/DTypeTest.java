// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DTypeTest {
    @ParameterizedTest
    @EnumSource
    void shouldBeFoundByLabelAndCode(DType dtype) {
        assertThat(DType.parse(dtype.label())).isEqualTo(dtype);
        assertThat(DType.ofCode(dtype.code())).isEqualTo(dtype);
        assertThat(dtype).hasToString(dtype.label());
    }

    @Test
    void shouldNeverChangeNamesCodesOrSizes() {
        assertThat(Arrays.stream(DType.values()).map(d -> d.code() + " " + d.label() + " " + d.bytes()))
                .containsExactly(
                        "1 half 2",
                        "2 bfloat16 2",
                        "3 float 4",
                        "4 double 8",
                        "5 int8 1",
                        "6 uint8 1",
                        "7 int16 2",
                        "8 int32 4",
                        "9 int64 8",
                        "10 bool 1",
                        "11 fp8_e4m3fn 1",
                        "12 fp8_e4m3fnuz 1",
                        "13 fp8_e5m2 1",
                        "14 fp8_e5m2fnuz 1");
    }

    @ParameterizedTest
    @CsvSource({
        "bf16, BFLOAT16",
        "BF16, BFLOAT16",
        "BFloat16, BFLOAT16",
        "fp16, HALF",
        "float16, HALF",
        "fp32, FLOAT",
        "float32, FLOAT",
        "fp64, DOUBLE",
        "float64, DOUBLE"
    })
    void shouldKnowOtherSpellings(String name, DType dtype) {
        assertThat(DType.parse(name)).isEqualTo(dtype);
    }

    @Test
    void shouldListTheNamesWhenOneIsUnknown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DType.parse("fp7"))
                .withMessageContaining("'fp7'")
                .withMessageContaining("half, bfloat16, float")
                .withMessageContaining("fp8_e5m2fnuz");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 15, 255})
    void shouldRejectUnknownCodes(int code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DType.ofCode(code))
                .withMessageContaining("" + code);
    }
}
