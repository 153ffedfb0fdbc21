// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.transport.testkit.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetchTicketTest {
    @Test
    void shouldWriteHexadecimalNumbers() {
        assertThat(new FetchTicket(26, 255, -1).text()).isEqualTo("1a.ff.ffffffffffffffff");
        assertThat(new FetchTicket(1, 0, 0).text()).isEqualTo("1.0.0");
    }

    @Test
    void shouldReadWhatItWrote() {
        Seeds.run(random -> {
            for (int i = 0; i < 1000; i++) {
                FetchTicket ticket = new FetchTicket(
                        random.nextLong() >>> (4 + random.nextInt(60)),
                        random.nextInt(1 << 14),
                        random.nextLong() >>> random.nextInt(64));
                assertThat(FetchTicket.parse(ticket.text())).isEqualTo(ticket);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key",
                "1.2",
                "1.2.3.4",
                "1..3",
                "-1.2.3",
                "1.2.G",
                "1.80000000.3",
                "1fffffffffffffff.1.1",
                " 1.2.3"
            })
    void shouldRefuseAnythingElse(String text) {
        assertThatThrownBy(() -> FetchTicket.parse(text))
                .isInstanceOfSatisfying(
                        KvTransferException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL));
    }
}
