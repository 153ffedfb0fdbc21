// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterLibraryTest {
    private static final byte[] CONTENT = {1, 2, 3};
    /** {@code printf '\001\002\003' | sha256sum} */
    private static final String SHA256 = "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81";

    @TempDir
    Path temporary;

    @Test
    void shouldLoadFromADirectoryForThisUserAloneAndLeaveNothing() throws IOException {
        new AdapterLibrary(CONTENT, SHA256).load(temporary, path -> {
            Path directory = Path.of(path).getParent();
            assertThat(directory.getParent()).isEqualTo(temporary);
            try {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                        .isEqualTo("rwx------");
                assertThat(Files.readAllBytes(Path.of(path))).isEqualTo(CONTENT);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        expectNothingLeft();
    }

    @Test
    void shouldRefuseWhatIsNotWhatWasBuilt() throws IOException {
        expectFailure(new AdapterLibrary(new byte[] {1, 2}, SHA256), temporary, path -> {}, "the jar is damaged");
        expectNothingLeft();
    }

    @Test
    void shouldNameTheRemedyWhereTheDirectoryIsNotExecutable() throws IOException {
        Consumer<String> noexec = path -> {
            throw new UnsatisfiedLinkError(path + ": failed to map segment from shared object");
        };
        expectFailure(new AdapterLibrary(CONTENT, SHA256), temporary, noexec, "noexec: name another directory");
        expectNothingLeft();
    }

    @Test
    void shouldNameTheOptionWhereNativeAccessIsDenied() throws IOException {
        Consumer<String> denied = path -> {
            throw new IllegalCallerException("Illegal native access");
        };
        expectFailure(new AdapterLibrary(CONTENT, SHA256), temporary, denied, "--enable-native-access=ALL-UNNAMED");
        expectNothingLeft();
    }

    @Test
    void shouldNameTheRemedyWhereThereIsNoDirectory() {
        Path missing = temporary.resolve("missing");
        expectFailure(new AdapterLibrary(CONTENT, SHA256), missing, path -> {}, "-Djava.io.tmpdir");
    }

    @Test
    void shouldLoadWhatThisBuildPacked() {
        AdapterLibrary.load();
        AdapterLibrary.load();
    }

    private static void expectFailure(AdapterLibrary library, Path directory, Consumer<String> loader, String message) {
        assertThatThrownBy(() -> library.load(directory, loader))
                .isInstanceOfSatisfying(
                        KvTransferException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE))
                .hasMessageContaining(message);
    }

    private void expectNothingLeft() throws IOException {
        try (Stream<Path> entries = Files.list(temporary)) {
            assertThat(entries).isEmpty();
        }
    }
}
