// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.adapter.nixl.ffm.UcxReport.Resource;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.transport.nixl.library.NixlLibrary;
import dev.penstock.transport.nixl.library.NixlLookup;
import dev.penstock.transport.nixl.library.NixlOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UcxProbeTest {
    @Test
    void shouldSayWhatUcxFinds() {
        UcxReport report = UcxProbe.run(NixlLookup.here().require());

        assertThat(report.version()).matches("1\\.\\d+\\..*");
        assertThat(report.library()).exists();
        assertThat(report.resources())
                .contains(new Resource("self", "self", "memory"))
                .contains(new Resource("tcp", "tcp", "lo"))
                .anyMatch(resource -> resource.transport().equals("cma"));
    }

    @Test
    void shouldSayThatThereIsNoUcx(@TempDir Path directory) throws IOException {
        Path home = Files.createDirectories(directory.resolve("libs"));
        NixlLibrary lonely = new NixlLibrary(home.resolve("libnixl_capi.so"), NixlOrigin.FLAG, Optional.empty());

        assertThatExceptionOfType(KvTransferException.class)
                .isThrownBy(() -> UcxProbe.run(lonely))
                .matches(e -> e.kind() == FailureKind.UNAVAILABLE)
                .withMessageContaining("no libucp beside");
    }

    @Test
    void shouldNameALibraryThatCannotBeLoaded(@TempDir Path directory) throws IOException {
        Path broken = Files.writeString(directory.resolve("libnixl_capi.so"), "no library");

        assertThatExceptionOfType(UnsatisfiedLinkError.class)
                .isThrownBy(() -> NativeCode.open(broken))
                .withMessageContaining(broken.toString())
                .withMessageContaining("ldd");
    }
}
