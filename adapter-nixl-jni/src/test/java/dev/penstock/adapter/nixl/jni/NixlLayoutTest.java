// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.jni;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.transport.nixl.NixlAbi;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Java's idea of NIXL's numbers against a C compiler's: native/layout, which the build compiled. */
class NixlLayoutTest {
    private static final Path PROBE = Path.of("target", "native", "nixl_layout");

    @Test
    void shouldHaveTheNumbersThatCHas() throws Exception {
        assertThat(numbersOfJava()).isNotEmpty().isEqualTo(numbersOfC());
    }

    private static Map<String, Integer> numbersOfJava() throws IllegalAccessException {
        Map<String, Integer> numbers = new TreeMap<>();
        for (Field field : NixlAbi.class.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers()) && field.getType() == int.class) {
                numbers.put(field.getName(), field.getInt(null));
            }
        }
        return numbers;
    }

    private static Map<String, Integer> numbersOfC() throws IOException, InterruptedException {
        Process probe = new ProcessBuilder(PROBE.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(probe.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(probe.waitFor()).isZero();
        Map<String, Integer> numbers = new TreeMap<>();
        output.lines().map(line -> line.split(" ", -1)).forEach(pair -> numbers.put(pair[0], Integer.valueOf(pair[1])));
        return numbers;
    }
}
