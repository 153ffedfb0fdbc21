// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.disk;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.Span;
import dev.penstock.ports.storage.ObjectFile;
import dev.penstock.ports.storage.ObjectFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What tests do with files, waiting for each. */
final class Disk {
    private Disk() {}

    static Path whole(Path folder, long number) {
        return folder.resolve(String.format("%016x.kv", number));
    }

    static void flip(Path file, long at) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 0x10)).flip();
            channel.write(one, at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names in a folder, without the lock. */
    static List<String> names(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> !name.equals("penstock.lock"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes that can be made again from their seed. */
    static byte[] content(long seed, int length) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }

    static long digest(byte[] content) {
        return BufferDigest.of(ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN), 0);
    }

    /** Writes an object. */
    static ObjectFile write(ObjectFiles files, Memory memory, byte[] description, byte[] content) {
        Region region = memory.allocate(content.length);
        memory.write(ByteBuffer.wrap(content), region.span());
        ObjectFile file = files.name(description, content.length, digest(content));
        await(files, told -> files.submitWrite(file, List.of(region.span()), told));
        memory.free(region.id());
        return file;
    }

    static byte[] read(ObjectFiles files, Memory memory, ObjectFile file) {
        Region region = memory.allocate(file.lengthBytes());
        Span all = region.span();
        try {
            await(files, told -> files.submitRead(file, List.of(all), told));
            byte[] content = new byte[(int) file.lengthBytes()];
            memory.read(all, ByteBuffer.wrap(content));
            return content;
        } finally {
            memory.free(region.id());
        }
    }

    /**
     * Polls until the request has ended.
     *
     * @throws KvTransferException what it failed with
     */
    static void await(ObjectFiles files, Consumer<Completion> submit) {
        Told told = new Told();
        submit.accept(told);
        while (!told.over) {
            if (files.poll(1) == 0) {
                Thread.onSpinWait();
            }
        }
        if (told.failure != null) {
            throw told.failure;
        }
    }

    private static final class Told implements Completion {
        private boolean over;
        private @Nullable KvTransferException failure;

        @Override
        public void completed() {
            over = true;
        }

        @Override
        public void failed(KvTransferException cause) {
            over = true;
            failure = cause;
        }
    }
}
