// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.app.run.ByteSize;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.domain.wire.Alignment;
import dev.penstock.ports.memory.PagedKvLayout;

/**
 * What the sizes of a run mean to paged caches and stores.
 *
 * @param sizes the run's, of whose objects each is a chunk
 * @param flags the program's own
 */
record EngineSizes(Sizes sizes, EngineFlags flags) {
    /** What the engine that this program was measured with first had. */
    static final int REFERENCE_BLOCKS = 10_000;
    /** Where the blocks are the program's choice, at least one in so many has no token of a sequence. */
    private static final int SPARE = 8;
    /** Plain gathers go around in as much memory: more than a processor's cache holds. */
    private static final long SCRATCH_BYTES = 256L << 20;

    private static final int RANK = 4;

    /** Checks that the objects can be chunks. */
    EngineSizes {
        KvShape shape = sizes.shape();
        if (shape.rank() != RANK || shape.size(1) > 2) {
            throw new IllegalArgumentException(
                    "the chunks of a cache have the shape [layers][2][tokens][hidden], not " + shape);
        }
        if ((long) sizes.objects() * shape.size(2) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(sizes.objects() + " chunks of " + shape.size(2)
                    + " tokens are more than the 2^31 - 1 tokens that a sequence can have");
        }
    }

    int layers() {
        return sizes.shape().size(0);
    }

    int planes() {
        return sizes.shape().size(1);
    }

    int chunkTokens() {
        return sizes.shape().size(2);
    }

    /** Tokens of a sequence. */
    int tokens() {
        return sizes.objects() * chunkTokens();
    }

    int rowBytes() {
        return Math.toIntExact((long) sizes.shape().size(3) * sizes.dtype().bytes());
    }

    /** As many blocks as a sequence needs. */
    private long neededBlocks() {
        return (tokens() + flags.blockTokens() - 1L) / flags.blockTokens();
    }

    /**
     * Blocks of a paged cache for one sequence: what was asked for, or else the fewest that make sense.
     *
     * @throws IllegalArgumentException if a sequence does not fit into what was asked for
     */
    long blocks() {
        long needed = neededBlocks();
        if (flags.blocks().isEmpty()) {
            return needed + Math.max(1, needed / SPARE);
        }
        int asked = flags.blocks().getAsInt();
        if (asked < needed) {
            throw new IllegalArgumentException(
                    "--num-blocks " + asked + " with --block-size " + flags.blockTokens() + " have "
                            + (long) asked * flags.blockTokens() + " slots, and " + sizes.objects() + " chunks of "
                            + chunkTokens()
                            + " tokens need " + tokens() + ": " + needed + " blocks");
        }
        return asked;
    }

    /** The most blocks, up to the reference, whose caches for one sequence have at most {@code bytes}. */
    int blocksWithin(long bytes) {
        long blockBytes = (long) layers() * planes() * flags.blockTokens() * rowBytes();
        return Math.toIntExact(Math.max(blocks(), Math.min(REFERENCE_BLOCKS, bytes / blockBytes)));
    }

    /**
     * A paged cache for so many sequences.
     *
     * @throws IllegalArgumentException if there can't be such a cache
     */
    PagedKvLayout layout(int sequences) {
        try {
            PagedKvLayout layout = new PagedKvLayout(
                    layers(), planes(), Math.toIntExact(blocks() * sequences), flags.blockTokens(), rowBytes());
            Math.multiplyExact(layout.layerBytes(), (long) layout.layers());
            return layout;
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    sequences + " times " + blocks() + " blocks of " + flags.blockTokens()
                            + " tokens are beyond any memory",
                    e);
        }
    }

    long cacheBytes(int sequences) {
        PagedKvLayout layout = layout(sequences);
        return layout.layers() * layout.layerBytes();
    }

    long scratchBytes() {
        return Math.min(SCRATCH_BYTES, sizes.roundBytes());
    }

    /**
     * A store that keeps a round of so many senders beside the pages that their sessions have granted.
     *
     * @throws IllegalArgumentException if a chunk can't be cut to fit into its pages
     */
    long storeBytes(int senders) {
        long parts = flags.layerwise() ? layers() : 1;
        long chunks = sizes.objects() * parts;
        long chunkBytes = sizes.objectBytes() / parts;
        long pageBytes = sizes.slotBytes();
        long granularity = Alignment.leastCommonMultiple(rowBytes());
        if (granularity > pageBytes) {
            throw new IllegalArgumentException("rows of " + rowBytes() + " bytes, which are sent in pieces of "
                    + granularity + ", do not fit into slots of " + pageBytes + ": choose a larger --slot-size");
        }
        long pages;
        if (Alignment.up(chunkBytes) <= pageBytes) {
            // A chunk that fits into a page is not cut by its end.
            long perPage = pageBytes / Alignment.up(chunkBytes);
            pages = (chunks + perPage - 1) / perPage;
        } else {
            // The rest of a page that is too short for a piece stays empty.
            long usable = Math.max(granularity, pageBytes / granularity * granularity - granularity);
            pages = chunks * ((chunkBytes + usable - 1) / usable);
        }
        // What is waited for is not kept.
        if (flags.tiers().isPresent()) {
            return tieredBytes(flags.tiers().get(), senders, chunkBytes);
        }
        long withGranted = (flags.awaiting() ? 0 : pages) + sizes.windowSlots() + 1;
        return senders * Math.max(withGranted, sizes.slots()) * pageBytes;
    }

    /** The upper tier's whole pages, if it and host memory have enough of them to work with. */
    private long tieredBytes(TierSizes tiers, int senders, long chunkBytes) {
        long pageBytes = sizes.slotBytes();
        long chunkPages = (chunkBytes + pageBytes - 1) / pageBytes + 1;
        // Beside what the sessions have granted: one page that is being filled, and a chunk on its way up.
        long fewest = senders * (sizes.windowSlots() + 1L) + 1 + chunkPages;
        long pages = tiers.deviceBytes() / pageBytes;
        if (pages < fewest) {
            throw new IllegalArgumentException("--tiers: the device tier has " + pages + " pages of "
                    + ByteSize.format(pageBytes) + ", and needs " + fewest + ", of which the senders are granted "
                    + senders * sizes.windowSlots() + ": give it "
                    + ByteSize.format(fewest * pageBytes) + ", or choose a smaller --slot-size");
        }
        if (tiers.hostBytes() / pageBytes < 1 + chunkPages) {
            throw new IllegalArgumentException("--tiers: the host tier needs at least "
                    + ByteSize.format((1 + chunkPages) * pageBytes) + " with slots of " + ByteSize.format(pageBytes));
        }
        return pages * pageBytes;
    }
}
