// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.transport.TransportConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransportCatalogTest {
    @TempDir
    Path directory;

    private TransportCatalog catalog(Path shared) {
        return DaggerAppComponent.factory()
                .create(new LoopbackTransportProvider(shared))
                .transports();
    }

    @Test
    void shouldListAllWithTheirReasons() {
        assertThat(catalog(directory).entries())
                .extracting(TransportCatalog.Entry::name)
                .containsExactly("nixl-ffm", "nixl-jni", "loopback");
        assertThat(catalog(directory).entries())
                .extracting(entry -> entry.problem().orElse("none"))
                .containsExactly("not part of this build", "not part of this build", "none");
    }

    @Test
    void shouldSayWhatAutoPassedOver() {
        TransportCatalog.Choice choice = catalog(directory).choose("auto");

        assertThat(choice.provider().name()).isEqualTo("loopback");
        assertThat(choice.passedOver())
                .extracting(TransportCatalog.Entry::name)
                .containsExactly("nixl-ffm", "nixl-jni");
    }

    @Test
    void shouldNeverTakeAnotherThanTheOneAskedFor() {
        assertThat(catalog(directory).choose("loopback").passedOver()).isEmpty();
        assertThatThrownBy(() -> catalog(directory).choose("nixl-ffm"))
                .asInstanceOf(InstanceOfAssertFactories.type(KvTransferException.class))
                .returns(FailureKind.UNAVAILABLE, KvTransferException::kind)
                .hasToString("UNAVAILABLE in choose a transport: transport nixl-ffm: not part of this build");
    }

    @Test
    void shouldNameTheKnownOnes() {
        assertThatThrownBy(() -> catalog(directory).choose("pigeon"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'pigeon'")
                .hasMessageContaining("auto, nixl-ffm, nixl-jni, loopback");
    }

    @Test
    void shouldSayWhyNoneCanBeUsed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> catalog(file).choose("auto"))
                .isInstanceOf(KvTransferException.class)
                .hasMessageContaining("nixl-ffm: not part of this build")
                .hasMessageContaining("loopback: ")
                .hasMessageContaining("is not a directory");
    }

    @Test
    void shouldNotOpenWhatIsNotThere() {
        assertThatThrownBy(() -> new UnbuiltTransport("nixl-jni").open(new TransportConfig("test")))
                .isInstanceOf(KvTransferException.class)
                .hasMessage("nixl-jni: not part of this build");
    }
}
