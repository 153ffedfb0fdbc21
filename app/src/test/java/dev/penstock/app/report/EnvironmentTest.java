// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
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
    void shouldTellWhatTunesLibrariesAndNoSecrets() {
        Map<String, String> environment =
                Map.of("UCX_TLS", "tcp", "CUDA_VISIBLE_DEVICES", "1", "TENANT_SALT", "secret");

        assertThat(Environment.variables(environment)).isEqualTo(Map.of("CUDA_VISIBLE_DEVICES", "1", "UCX_TLS", "tcp"));
    }

    @Test
    void shouldSayWhereAResultIsFrom() {
        assertThat(Environment.describe())
                .containsKeys("time", "penstock", "java", "javaOptions", "variables", "os", "cpus", "cpu");
    }
}
