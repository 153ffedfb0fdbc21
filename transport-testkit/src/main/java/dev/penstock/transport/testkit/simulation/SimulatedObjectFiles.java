// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.simulation;

import dev.penstock.ports.Digest;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.Span;
import dev.penstock.ports.storage.ObjectFile;
import dev.penstock.ports.storage.ObjectFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A simulated disk as one process sees it. Requests end late and in any order; bytes are moved at the end, just before the
 * completion, so that whoever changes or looks at memory too early gets it wrong. When the process is killed, what was under
 * way is not done.
 */
final class SimulatedObjectFiles implements ObjectFiles {
    private final SimulatedWorld world;
    private final SimulatedDisk disk;
    private final SimulatedProcess process;
    private final DelayingMemory memory;
    private final List<ObjectFile> found;
    private final List<Request> requests = new ArrayList<>();
    private boolean closed;

    /**
     * @param work returns why it failed, or null
     */
    private record Request(
            long due,
            List<MemoryWatch.Use> uses,
            Supplier<@Nullable KvTransferException> work,
            Completion completion) {}

    SimulatedObjectFiles(SimulatedWorld world, SimulatedDisk disk, SimulatedProcess process, DelayingMemory memory) {
        this.world = world;
        this.disk = disk;
        this.process = process;
        this.memory = memory;
        this.found = disk.files();
    }

    @Override
    public List<ObjectFile> found() {
        return found;
    }

    @Override
    public int discarded() {
        return 0;
    }

    @Override
    public ObjectFile name(byte[] description, long lengthBytes, long digest) {
        return new ObjectFile(disk.nextNumber(), description, lengthBytes, digest);
    }

    @Override
    public void submitWrite(ObjectFile file, List<Span> from, Completion completion) {
        begin(file, from, false, completion, () -> write(file, from));
    }

    @Override
    public void submitRead(ObjectFile file, List<Span> to, Completion completion) {
        begin(file, to, true, completion, () -> read(file, to));
    }

    @Override
    public void submitRemove(ObjectFile file, Completion completion) {
        requireOpen();
        requests.add(new Request(
                disk.due(),
                List.of(),
                () -> {
                    disk.stored().remove(file.number());
                    return null;
                },
                Objects.requireNonNull(completion)));
    }

    private void begin(
            ObjectFile file,
            List<Span> spans,
            boolean reads,
            Completion completion,
            Supplier<@Nullable KvTransferException> work) {
        requireOpen();
        long total = 0;
        for (int i = 0; i < spans.size(); i++) {
            long length = spans.get(i).lengthBytes();
            if (i < spans.size() - 1 && length % Digest.UNIT_BYTES != 0) {
                throw new IllegalArgumentException("span " + i + " of " + length + " bytes");
            }
            total += length;
        }
        if (total != file.lengthBytes()) {
            throw new IllegalArgumentException(total + " bytes of memory for " + file);
        }
        List<MemoryWatch.Use> uses = new ArrayList<>();
        for (Span span : spans) {
            uses.add(world.memoryWatch()
                    .begin(
                            process,
                            SimulatedRegion.of(memory.region(span.region())),
                            span.offsetBytes(),
                            span.lengthBytes(),
                            reads,
                            reads ? "file to" : "file from"));
        }
        requests.add(new Request(disk.due(), uses, work, Objects.requireNonNull(completion)));
    }

    private @Nullable KvTransferException write(ObjectFile file, List<Span> from) {
        if (disk.fails()) {
            return new KvTransferException(FailureKind.NATIVE, "write a file", "the simulation lets it fail");
        }
        if (!disk.hasRoomFor(file.lengthBytes())) {
            return new KvTransferException(FailureKind.CAPACITY, "write a file", "the simulated disk is full");
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.lengthBytes()));
        from.forEach(span -> bytes.put(memory.hostView(span)));
        if (digest(bytes.array()) != file.digest()) {
            return new KvTransferException(FailureKind.CORRUPTED, "write a file", "these are other bytes");
        }
        disk.stored().put(file.number(), new SimulatedDisk.Stored(file, bytes.array()));
        return null;
    }

    private @Nullable KvTransferException read(ObjectFile file, List<Span> to) {
        SimulatedDisk.Stored stored = disk.stored().get(file.number());
        if (stored == null) {
            return new KvTransferException(FailureKind.UNAVAILABLE, "read a file", "it is not there");
        }
        if (disk.fails()) {
            return new KvTransferException(FailureKind.NATIVE, "read a file", "the simulation lets it fail");
        }
        int at = 0;
        for (Span span : to) {
            memory.hostView(span).put(stored.bytes(), at, (int) span.lengthBytes());
            at += (int) span.lengthBytes();
        }
        return digest(stored.bytes()) == file.digest()
                ? null
                : new KvTransferException(FailureKind.CORRUPTED, "read a file", "it was damaged");
    }

    private static long digest(byte[] bytes) {
        int units = (bytes.length + Digest.UNIT_BYTES - 1) / Digest.UNIT_BYTES;
        ByteBuffer padded = ByteBuffer.allocate(units * Digest.UNIT_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, bytes);
        return Digest.ofWords(padded.asLongBuffer(), 0, 2 * units, 0);
    }

    @Override
    public int poll(int limit) {
        int told = 0;
        while (told < limit) {
            Request next = world.takeAnyDue(requests, Request::due);
            if (next == null) {
                break;
            }
            end(next);
            told++;
        }
        return told;
    }

    private void end(Request request) {
        request.uses().forEach(world.memoryWatch()::end);
        KvTransferException failure = request.work().get();
        if (failure == null) {
            request.completion().completed();
        } else {
            request.completion().failed(failure);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the simulated disk is closed");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        while (!requests.isEmpty()) {
            Request request = requests.remove(world.random().nextInt(requests.size()));
            if (world.random().nextBoolean()) {
                end(request);
            } else {
                request.uses().forEach(world.memoryWatch()::end);
                request.completion()
                        .failed(new KvTransferException(FailureKind.CLOSED, "use a file", "the disk was closed"));
            }
        }
    }
}
