// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import dev.penstock.ports.KvTransferException;
import java.nio.ByteBuffer;

/**
 * The memory of one node: allocates, adopts and frees regions, and moves bytes between them asynchronously.
 *
 * <p>Requests are submitted and polled like a transport's: {@code submit} never blocks, {@link #poll} moves everything
 * along and calls the completions. Requests may complete in any order. All methods belong to the loop's thread except
 * {@link #hostView}, {@link #read} and {@link #write}, which any thread may call for spans that it owns.
 *
 * <p>After {@link #close()} no region is known, {@link #poll} finds nothing to do, and whatever would begin something new
 * throws {@link IllegalStateException}.
 */
public interface Memory extends AutoCloseable {
    /** The kind of memory that {@link #allocate} gives. */
    MemoryKind kind();

    /** How many bytes could be allocated now, as far as the system tells. */
    long availableBytes();

    /**
     * Takes a new region. Contents are unspecified. May block.
     *
     * @throws KvTransferException of kind CAPACITY, naming what was asked and what is free, if it doesn't fit
     */
    Region allocate(long lengthBytes);

    /**
     * Takes over a block that came from elsewhere. {@link #free} closes it. If this throws, the block is still the
     * caller's.
     *
     * @throws UnsupportedOperationException if this memory can't address host blocks
     */
    Region adopt(HostRegion block);

    /**
     * Gives a region back. Afterwards its id is unknown; ids are not reused. Freeing an unknown id does nothing, so that
     * cleaning up twice is harmless.
     *
     * @throws IllegalStateException if a submitted request, whose completion was not called yet, uses it; the region stays
     */
    void free(RegionId region);

    /**
     * The region of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    Region region(RegionId id);

    /**
     * Begins to copy or digest. The list belongs to this memory until the completion is called. No destination may
     * overlap its own source, which is checked, nor another segment's source or destination, which is not: then the bytes
     * there are unspecified. A list without segments completes too.
     *
     * @throws IllegalArgumentException if a segment is not within a known region, or its source and destination overlap;
     *     nothing was begun
     * @throws IllegalStateException after close
     */
    void submit(CopyMode mode, SegmentList segments, Completion completion);

    /**
     * Moves requests along for a bounded time and calls the completions of those that ended.
     *
     * @param limit at most this many completions
     * @return how much was done; 0 means that nothing happened
     */
    int poll(int limit);

    /**
     * A little-endian view of a span of host memory, for the code that fills or reads it. Valid while the span's owner says
     * so; the region can't be freed safely while it is in use.
     *
     * @throws UnsupportedOperationException if the region is not host-addressable
     * @throws IllegalArgumentException if the span is not within its region, or longer than
     *     {@link HostRegion#MAX_WINDOW_BYTES}
     */
    ByteBuffer hostView(Span span);

    /**
     * Reads a span into the buffer's remaining bytes, blocking until it is done. For set-up, checks and small things; not
     * for the data path.
     *
     * @throws IllegalArgumentException if the lengths differ or the span is not within its region; nothing was read
     */
    void read(Span from, ByteBuffer to);

    /**
     * Writes the buffer's remaining bytes into a span, blocking until it is done. Not for the data path.
     *
     * @throws IllegalArgumentException if the lengths differ or the span is not within its region; nothing was written
     */
    void write(ByteBuffer from, Span to);

    /**
     * Frees all regions. Requests under way end first: their completions are called from within this call, as completed or
     * as failed with kind CLOSED. Idempotent.
     */
    @Override
    void close();
}
