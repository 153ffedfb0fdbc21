// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.transport.TransportConfig;
import dev.penstock.transport.nixl.library.NixlLibrary;
import dev.penstock.transport.nixl.library.NixlLookup;
import dev.penstock.transport.nixl.library.NixlOrigin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransportCatalogTest {
    private static final NixlLookup MISSING = new NixlLookup.Missing("there is no NIXL on this host");
    /** Looked for, never loaded. */
    private static final NixlLookup FOUND = new NixlLookup.Found(
            new NixlLibrary(Path.of("/opt/libnixl_capi.so"), NixlOrigin.FLAG, Optional.of("1.5.1")));

    @TempDir
    Path directory;

    private TransportCatalog catalog(Path shared, NixlLookup nixl) {
        return DaggerAppComponent.factory()
                .create(new LoopbackTransportProvider(shared), () -> nixl)
                .transports();
    }

    @Test
    void shouldListAllWithTheirReasons() {
        assertThat(catalog(directory, MISSING).entries())
                .extracting(TransportCatalog.Entry::name)
                .containsExactly("nixl-ffm", "nixl-jni", "loopback");
        assertThat(catalog(directory, MISSING).entries())
                .extracting(entry -> entry.problem().orElse("none"))
                .containsExactly("there is no NIXL on this host", "there is no NIXL on this host", "none");
    }

    @Test
    void shouldTellTheLibraryOfWhatUsesOne() {
        assertThat(catalog(directory, FOUND).entries())
                .extracting(TransportCatalog.Entry::nixl)
                .containsExactly(FOUND.library(), FOUND.library(), Optional.empty());
    }

    @Test
    void shouldTakeFfmWhereNixlIs() {
        TransportCatalog.Choice choice = catalog(directory, FOUND).choose("auto");

        assertThat(choice.provider().name()).isEqualTo("nixl-ffm");
        assertThat(choice.nixl()).isEqualTo(FOUND.library());
        assertThat(choice.passedOver()).isEmpty();
    }

    @Test
    void shouldTakeLoopbackOnlyWithoutNixlAndSayWhatItPassedOver() {
        TransportCatalog.Choice choice = catalog(directory, MISSING).choose("auto");

        assertThat(choice.provider().name()).isEqualTo("loopback");
        assertThat(choice.passedOver())
                .extracting(TransportCatalog.Entry::name)
                .containsExactly("nixl-ffm", "nixl-jni");
    }

    @Test
    void shouldNeverTakeAnotherThanTheOneAskedFor() {
        assertThat(catalog(directory, FOUND).choose("loopback").passedOver()).isEmpty();
        assertThat(catalog(directory, FOUND).choose("nixl-jni").provider().name())
                .isEqualTo("nixl-jni");
        assertThatThrownBy(() -> catalog(directory, MISSING).choose("nixl-ffm"))
                .asInstanceOf(InstanceOfAssertFactories.type(KvTransferException.class))
                .returns(FailureKind.UNAVAILABLE, KvTransferException::kind)
                .hasToString("UNAVAILABLE in choose a transport: transport nixl-ffm: there is no NIXL on this host");
    }

    @Test
    void shouldNameTheKnownOnes() {
        assertThatThrownBy(() -> catalog(directory, MISSING).choose("pigeon"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'pigeon'")
                .hasMessageContaining("auto, nixl-ffm, nixl-jni, loopback");
    }

    @Test
    void shouldSayWhyNoneCanBeUsed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> catalog(file, MISSING).choose("auto"))
                .isInstanceOf(KvTransferException.class)
                .hasMessageContaining("nixl-ffm: there is no NIXL on this host")
                .hasMessageContaining("loopback: ")
                .hasMessageContaining("is not a directory");
    }

    @Test
    void shouldNotOpenWhatThisJavaCannotLoad() {
        assertThatThrownBy(() ->
                        new UnusableTransport("nixl-ffm", "needs Java 22 or newer").open(new TransportConfig("test")))
                .isInstanceOf(KvTransferException.class)
                .hasMessage("nixl-ffm: needs Java 22 or newer");
    }
}
