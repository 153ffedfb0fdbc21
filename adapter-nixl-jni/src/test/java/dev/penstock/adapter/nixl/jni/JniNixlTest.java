// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.transport.nixl.NixlAbi;
import dev.penstock.transport.nixl.library.NixlLibrary;
import dev.penstock.transport.nixl.library.NixlLookup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JniNixlTest {
    private static final long MIB = 1L << 20;

    private final JniNixl nixl = new JniNixl();

    @TempDir
    Path temporary;

    @Test
    void shouldOpenNixlOnceAndNoOther() {
        NixlLibrary library = NixlLookup.here().require();
        nixl.open(library.path());
        nixl.open(library.path());
        new JniNixl().open(library.path());
        assertThatThrownBy(() -> nixl.open(Path.of("/elsewhere/libnixl_capi.so")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(library.path().toString())
                .hasMessageContaining("/elsewhere/libnixl_capi.so");
    }

    @Test
    void shouldSayWhyALibraryCannotBeLoaded() throws Exception {
        Path text = Files.writeString(temporary.resolve("libnixl_capi.so"), "not a library".repeat(100));
        assertThat(openInNewProcess(text)).contains("invalid ELF header", text.toString());
        assertThat(openInNewProcess(temporary.resolve("missing.so"))).contains("No such file");
    }

    @Test
    void shouldNameAFunctionThatALibraryLacks() throws Exception {
        // Some library that is surely there and surely not NIXL: the C library itself.
        assertThat(openInNewProcess(Path.of("libc.so.6"))).contains("nixl_capi_create_configured_agent");
    }

    @Test
    void shouldMapUseAndUnmapMemory() {
        long bytes = 3 * MIB;
        long address = nixl.mmap(0, bytes, NixlAbi.PROT_READ_WRITE, NixlAbi.MAP_PRIVATE_ANONYMOUS, -1, 0);
        assertThat(address).isPositive();
        assertThat(nixl.madvise(address, bytes, NixlAbi.MADV_HUGEPAGE)).isIn(0, -NixlAbi.EINVAL);
        ByteBuffer view = nixl.view(address, (int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(view.capacity()).isEqualTo((int) bytes);
        assertThat(nixl.addressOf(view)).isEqualTo(address);
        view.putLong((int) MIB, 0x1234_5678_9abcL);
        nixl.memcpy(address, address + MIB, 8);
        assertThat(view.getLong(0)).isEqualTo(0x1234_5678_9abcL);
        assertThat(nixl.munmap(address, bytes)).isZero();
    }

    @Test
    void shouldGiveErrnoWhereTheSystemRefuses() {
        int lengthZero = 0;
        assertThat(nixl.mmap(0, lengthZero, NixlAbi.PROT_READ_WRITE, NixlAbi.MAP_PRIVATE_ANONYMOUS, -1, 0))
                .isEqualTo(-NixlAbi.EINVAL);
        long unaligned = 1;
        assertThat(nixl.munmap(unaligned, 4096)).isEqualTo(-NixlAbi.EINVAL);
        assertThat(nixl.madvise(unaligned, 4096, NixlAbi.MADV_HUGEPAGE)).isEqualTo(-NixlAbi.EINVAL);
    }

    @Test
    void shouldSetVariablesAndMeasureStrings() {
        ByteBuffer name = string("PENSTOCK_JNI_TEST");
        ByteBuffer value = string("some value");
        assertThat(nixl.strlen(nixl.addressOf(value))).isEqualTo("some value".length());
        assertThat(nixl.setenv(nixl.addressOf(name), nixl.addressOf(value), 1)).isZero();
        ByteBuffer empty = string("");
        assertThat(nixl.setenv(nixl.addressOf(empty), nixl.addressOf(value), 1)).isEqualTo(-1);
        nixl.free(0);
    }

    private static ByteBuffer string(String text) {
        byte[] bytes = (text + '\0').getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** What a process says that opens a library, since this one may have opened NIXL already. */
    private static String openInNewProcess(Path library) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opening.class.getName(),
                        library.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** Opens a library that is no NIXL, and tells why that failed. */
    static final class Opening {
        private Opening() {}

        public static void main(String[] arguments) {
            try {
                new JniNixl().open(Path.of(arguments[0]));
                throw new AssertionError("it opened");
            } catch (UnsatisfiedLinkError e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
