// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.page;

import dev.penstock.domain.wire.Alignment;
import dev.penstock.ports.memory.Span;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a span into spans of any length and takes them back: first fit, neighbours joined. Spans begin at multiples of the
 * ring's alignment. Not thread-safe.
 */
public final class SpanAllocator {
    private final Span memory;
    /** Free runs: where they begin, from the memory's start, and how long they are. */
    private final TreeMap<Long, Long> free = new TreeMap<>();

    /** What was given: where it begins, and how long it was asked to be. */
    private final Map<Long, Long> taken = new HashMap<>();

    private long freeBytes;

    /** An allocator over memory that begins aligned; nothing of it is taken. */
    public SpanAllocator(Span memory) {
        if (memory.offsetBytes() != Alignment.up(memory.offsetBytes())) {
            throw new IllegalArgumentException("memory at offset " + memory.offsetBytes());
        }
        this.memory = memory;
        if (memory.lengthBytes() > 0) {
            free.put(0L, memory.lengthBytes());
        }
        freeBytes = memory.lengthBytes();
    }

    /** The bytes of all the memory. */
    public long capacityBytes() {
        return memory.lengthBytes();
    }

    /** The bytes that are not taken; they may be scattered. */
    public long freeBytes() {
        return freeBytes;
    }

    /**
     * Takes a span.
     *
     * @return empty if no free run is long enough
     * @throws IllegalArgumentException if the length is negative
     */
    public Optional<Span> allocate(long lengthBytes) {
        if (lengthBytes < 0) {
            throw new IllegalArgumentException("allocate " + lengthBytes + " bytes");
        }
        if (lengthBytes == 0) {
            return Optional.of(new Span(memory.region(), memory.offsetBytes(), 0));
        }
        Map.Entry<Long, Long> run = firstFit(lengthBytes);
        if (run == null) {
            return Optional.empty();
        }
        long start = run.getKey();
        long used = usedBytes(start, lengthBytes);
        long rest = run.getValue() - used;
        free.remove(start);
        if (rest > 0) {
            free.put(start + used, rest);
        }
        taken.put(start, lengthBytes);
        freeBytes -= used;
        return Optional.of(new Span(memory.region(), memory.offsetBytes() + start, lengthBytes));
    }

    /** What a span keeps others from: up to the next multiple of the alignment, or to the memory's own end before it. */
    private long usedBytes(long start, long lengthBytes) {
        return Math.min(Alignment.up(lengthBytes), memory.lengthBytes() - start);
    }

    private Map.@Nullable Entry<Long, Long> firstFit(long lengthBytes) {
        for (Map.Entry<Long, Long> run : free.entrySet()) {
            if (run.getValue() >= lengthBytes) {
                return Map.entry(run.getKey(), run.getValue());
            }
        }
        return null;
    }

    /**
     * Takes a span back.
     *
     * @throws IllegalArgumentException if it was not given by {@link #allocate}, or was taken back before; nothing has
     *     changed then
     */
    public void free(Span span) {
        if (span.lengthBytes() == 0) {
            return;
        }
        long start = span.offsetBytes() - memory.offsetBytes();
        if (!span.region().equals(memory.region()) || !taken.remove(start, span.lengthBytes())) {
            throw new IllegalArgumentException(span + " is not taken");
        }
        long used = usedBytes(start, span.lengthBytes());
        freeBytes += used;
        long length = used;
        Map.Entry<Long, Long> before = free.lowerEntry(start);
        if (before != null && before.getKey() + before.getValue() == start) {
            start = before.getKey();
            length += before.getValue();
        }
        Long after = free.remove(start + length);
        if (after != null) {
            length += after;
        }
        free.put(start, length);
    }
}
