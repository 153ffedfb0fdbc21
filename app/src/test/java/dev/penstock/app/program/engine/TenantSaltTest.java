// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.domain.engine.hash.Salt;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TenantSaltTest {
    @Test
    void shouldReadItsVariableAndNeverShowWhatIsInIt() {
        TenantSalt salt = TenantSalt.of("VARIABLE", Map.of("VARIABLE", "hunter2")::get);

        assertThat(salt.salt().fingerprint()).isEqualTo(Salt.of("hunter2").fingerprint());
        assertThat(salt.toString()).contains("VARIABLE").doesNotContain("hunter2");
        assertThat(TenantSalt.NONE.salt().fingerprint()).isEqualTo(Salt.NO_FINGERPRINT);
    }

    @Test
    void shouldRefuseAVariableWithoutAValue() {
        assertThatThrownBy(() -> TenantSalt.of("NOT_THERE", name -> null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--tenant-salt-env NOT_THERE")
                .hasMessageContaining("not set");
        assertThatThrownBy(() -> TenantSalt.of("NOTHING_IN_IT", name -> ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty");
    }
}
