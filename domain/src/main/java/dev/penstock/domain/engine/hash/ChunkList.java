// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import java.util.Arrays;
import java.util.Objects;

/**
 * The chunks of one token sequence, in order: ranges and hashes in flat arrays. Meant to be reused: it keeps its arrays and
 * grows them as needed. Filled by a {@link TokenChunker}. Not thread-safe.
 */
public final class ChunkList {
    private static final int FIRST_CAPACITY = 16;

    private int[] starts = new int[FIRST_CAPACITY];
    private int[] ends = new int[FIRST_CAPACITY];
    private long[] hashes = new long[FIRST_CAPACITY];
    private int size;

    /** An empty list. */
    public ChunkList() {}

    /** How many chunks there are. */
    public int size() {
        return size;
    }

    /** The index of the chunk's first token. */
    public int start(int chunk) {
        return starts[Objects.checkIndex(chunk, size)];
    }

    /** The index just past the chunk's last token. */
    public int end(int chunk) {
        return ends[Objects.checkIndex(chunk, size)];
    }

    /** The chunk's hash, which covers the sequence up to {@link #end}. */
    public long hash(int chunk) {
        return hashes[Objects.checkIndex(chunk, size)];
    }

    /** How many tokens the chunks cover: the end of the last one. */
    public int tokens() {
        return size == 0 ? 0 : ends[size - 1];
    }

    /** Forgets all chunks. */
    public void clear() {
        size = 0;
    }

    void add(int start, int end, long hash) {
        if (size == hashes.length) {
            int capacity = 2 * size;
            starts = Arrays.copyOf(starts, capacity);
            ends = Arrays.copyOf(ends, capacity);
            hashes = Arrays.copyOf(hashes, capacity);
        }
        starts[size] = start;
        ends[size] = end;
        hashes[size] = hash;
        size++;
    }

    void removeLast() {
        size--;
    }
}
