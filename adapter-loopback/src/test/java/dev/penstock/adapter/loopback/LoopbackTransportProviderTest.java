// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.TransportConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopbackTransportProviderTest {
    private static final String DIRECTORY =
            "penstock-" + System.getProperty("user.name").replaceAll("[^A-Za-z0-9._-]", "_");

    @TempDir
    private Path place;

    @Test
    void shouldCreateADirectoryForThisUserAlone() throws IOException {
        KvTransportProvider provider = new LoopbackTransportProvider(place);
        assertThat(provider.availability().reason()).isEmpty();
        assertThat(place).isEmptyDirectory();

        try (KvTransport transport = provider.open(new TransportConfig("a"))) {
            assertThat(transport.name()).isEqualTo("loopback");
            Path root = place.resolve(DIRECTORY);
            assertThat(rights(root)).isEqualTo("rwx------");
            try (var endpoints = Files.list(root)) {
                assertThat(endpoints)
                        .singleElement()
                        .satisfies(endpoint -> assertThat(rights(endpoint)).isEqualTo("rwx------"));
            }
        }
        assertThat(place.resolve(DIRECTORY)).isEmptyDirectory();
    }

    private static String rights(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void shouldRefuseADirectoryThatOthersCanUse() throws IOException {
        Files.createDirectory(place.resolve(DIRECTORY));
        Files.setPosixFilePermissions(place.resolve(DIRECTORY), PosixFilePermissions.fromString("rwxr-x---"));

        assertUnavailable(place, "rwxr-x---");
    }

    @Test
    void shouldRefuseALinkInItsPlace() throws IOException {
        Path elsewhere = Files.createDirectory(place.resolve("elsewhere"));
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwx------"));
        Files.createSymbolicLink(place.resolve(DIRECTORY), elsewhere);

        assertUnavailable(place, DIRECTORY);
    }

    @Test
    void shouldRefuseAPlaceThatIsNotThere() {
        assertUnavailable(place.resolve("missing"), "missing");
    }

    private static void assertUnavailable(Path place, String reasonPart) {
        KvTransportProvider provider = new LoopbackTransportProvider(place);
        assertThat(provider.availability().reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains(reasonPart));
        assertThatThrownBy(() -> provider.open(new TransportConfig("a")))
                .hasMessageContaining(reasonPart)
                .isInstanceOfSatisfying(
                        KvTransferException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.UNAVAILABLE));
    }
}
