// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JavaCommandTest {
    @Test
    void shouldKeepTheOptionsOfThisJava() {
        assertThat(JavaCommand.upTo(
                        "a.Main",
                        List.of(
                                "-Xmx1g",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                "lib/*",
                                "a.Main",
                                "pipe",
                                "-cp"),
                        "/jdk/bin/java",
                        "ignored"))
                .containsExactly(
                        "/jdk/bin/java", "-Xmx1g", "--enable-native-access=ALL-UNNAMED", "-cp", "lib/*", "a.Main");
    }

    @Test
    void shouldFallBackOnTheClassPath() {
        assertThat(JavaCommand.upTo("a.Main", List.of("-jar", "surefire.jar"), "/jdk/bin/java", "a.jar:b.jar"))
                .containsExactly("/jdk/bin/java", "-cp", "a.jar:b.jar", "a.Main");
    }
}
