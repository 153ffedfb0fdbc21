// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.ffm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Java's idea of UCX's structures against a C compiler's: native/layout/uct_layout.c, which the build compiled. */
@DisabledIfSystemProperty(
        named = "penstock.native.skip",
        matches = "true",
        disabledReason = "-Dpenstock.native.skip=true: there is no C compiler")
class UctLayoutTest {
    private static final Path PROBE = Path.of("target", "uct_layout");

    @Test
    void shouldHaveTheNumbersThatCHas() throws Exception {
        assertThat(numbersOfJava()).hasSize(10).isEqualTo(numbersOfC());
    }

    private static Map<String, Long> numbersOfJava() throws IllegalAccessException {
        Map<String, Long> numbers = new TreeMap<>();
        for (Field field : UctSymbols.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType().isPrimitive()) {
                numbers.put(field.getName(), ((Number) field.get(null)).longValue());
            }
        }
        return numbers;
    }

    private static Map<String, Long> numbersOfC() throws IOException, InterruptedException {
        Process probe = new ProcessBuilder(PROBE.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(probe.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(probe.waitFor()).isZero();
        Map<String, Long> numbers = new TreeMap<>();
        output.lines().map(line -> line.split(" ", -1)).forEach(pair -> numbers.put(pair[0], Long.valueOf(pair[1])));
        return numbers;
    }
}
