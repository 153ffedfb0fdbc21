// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl.library;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A wheel as NIXL's is laid out, of libraries without content. */
final class FakeWheel {
    static final String LIBRARIES = ".nixl_cu13.mesonpy.libs/";
    static final String MODULES = "nixl_cu13.libs/ucx/";

    private FakeWheel() {}

    /** Writes the wheel of that version into a directory. */
    static Path write(Path directory, String version) throws IOException {
        Path wheel = directory.resolve("nixl_cu13-" + version + "-cp311-cp311-manylinux_2_28_x86_64.whl");
        try (OutputStream file = Files.newOutputStream(wheel);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            String info = "nixl_cu13-" + version + ".dist-info/";
            add(zip, info + "METADATA", ascii("Metadata-Version: 2.1\nName: nixl-cu13\nVersion: " + version + "\n"));
            add(zip, info + "WHEEL", ascii("Wheel-Version: 1.0\nTag: cp311-cp311-manylinux_2_28_x86_64\n"));
            add(zip, info + "RECORD", ascii(""));
            add(zip, info + "licenses/LICENSE", ascii("the licence"));
            add(zip, LIBRARIES + NixlLibrary.FILE_NAME, library("libnixl.so", "libc.so.6"));
            add(zip, LIBRARIES + "libnixl.so", library("libucp-1.so.0"));
            add(zip, LIBRARIES + "libunused.so", library());
            add(zip, LIBRARIES + "plugins/libplugin_UCX.so", library("libucp-1.so.0"));
            add(zip, LIBRARIES + "plugins/libplugin_GDS.so", library());
            add(zip, "nixl_cu13.libs/libucp-1.so.0", library());
            for (String module : List.of("libuct_cma", "libuct_cuda", "libucm_cuda", "libuct_ib")) {
                add(zip, MODULES + module + ".so.0.0.0", library());
            }
        }
        return wheel;
    }

    private static void add(ZipOutputStream zip, String path, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(path));
        zip.write(content);
        zip.closeEntry();
    }

    /** An ELF-64 file whose dynamic section needs these libraries, and that has nothing else. System V ABI. */
    private static byte[] library(String... needed) {
        int header = 64;
        int section = 64;
        int dynamic = header + 2 * section;
        int strings = dynamic + 16 * needed.length;
        ByteBuffer names = ByteBuffer.allocate(1024).put((byte) 0);
        ByteBuffer elf = ByteBuffer.allocate(2048).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(ascii("\u007fELF")).put((byte) 2).put((byte) 1);
        elf.putLong(0x28, header).putShort(0x3A, (short) section).putShort(0x3C, (short) 2);
        for (int i = 0; i < needed.length; i++) {
            int dtNeeded = 1;
            elf.putLong(dynamic + 16 * i, dtNeeded).putLong(dynamic + 16 * i + 8, names.position());
            names.put(ascii(needed[i])).put((byte) 0);
        }
        int typeDynamic = 6;
        elf.putInt(header + 4, typeDynamic).putLong(header + 24, dynamic).putLong(header + 32, 16L * needed.length);
        elf.putInt(header + 40, 1);
        int typeStrings = 3;
        elf.putInt(header + section + 4, typeStrings).putLong(header + section + 24, strings);
        elf.position(strings).put(names.flip());
        return elf.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
