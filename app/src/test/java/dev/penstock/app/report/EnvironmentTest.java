// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EnvironmentTest {
    @Test
    void shouldTellTheCommandWithoutWhatStartsJava() {
        String[] arguments = {"-Xmx1g", "-cp", "/opt/penstock/lib/*", "dev.penstock.app.Main", "pipe", "--num-objs", "3"
        };

        assertThat(Environment.command(arguments)).contains("penstock pipe --num-objs 3");
    }

    @Test
    void shouldTellNoCommandWhereTheSystemDoesNot() {
        assertThat(Environment.command(new String[0])).isEmpty();
    }

    @Test
    void shouldTellJavasOptionsThatTuneIt() {
        String[] arguments = {"-Xmx2g", "-cp", "lib/*", "-Da=b", "-XX:+UseX", "dev.penstock.app.Main", "pipe", "-X"};

        assertThat(Environment.tuning(arguments)).containsExactly("-Xmx2g", "-XX:+UseX");
        assertThat(Environment.tuning(new String[0])).isEmpty();
    }

    @Test
    void shouldSayWhereAResultIsFrom() {
        assertThat(Environment.describe()).containsKeys("time", "penstock", "java", "javaOptions", "os", "cpus", "cpu");
    }
}
