// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import dev.penstock.ports.Digest;
import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one gather or scatter: one launch for all pieces. Its table holds the pieces, the addresses of their layers
 * and the places of their tokens; what a piece has in common with the one before it is there once.
 */
final class PagedWork implements Work {
    private static final long[] NONE = {};

    /** PAGED_TILE_BYTES and the words of Piece in native/kernels/paged.cuh. */
    private static final int TILE_BYTES = 32 << 10;

    private static final int PIECE_WORDS = 10;

    private final CudaMemory memory;
    private final ArrayDeque<PagedWork> pool;
    private List<PagedPiece> pieces = List.of();
    private long[] digests = NONE;
    private boolean gather;
    private @Nullable Completion completion;
    private boolean launched;
    private int results;

    private PagedWork(CudaMemory memory, ArrayDeque<PagedWork> pool) {
        this.memory = memory;
        this.pool = pool;
    }

    static PagedWork of(
            CudaMemory memory,
            ArrayDeque<PagedWork> pool,
            boolean gather,
            List<PagedPiece> pieces,
            long[] digests,
            Completion completion) {
        PagedWork work = pool.isEmpty() ? new PagedWork(memory, pool) : pool.pop();
        work.gather = gather;
        work.pieces = pieces;
        work.digests = digests;
        work.completion = completion;
        return work;
    }

    @Override
    public Way way() {
        return Way.WITHIN;
    }

    @Override
    public String operation() {
        return gather ? "gather paged KV on a GPU" : "scatter paged KV on a GPU";
    }

    @Override
    public boolean begin(Lane lane) {
        int count = pieces.size();
        int shared = count * PIECE_WORDS;
        results = shared + sharedWords();
        long tiles = writePieces(lane.table(results + count), shared);
        launched = tiles > 0;
        if (launched) {
            lane.launch(memory.kernels(), kernel(), results, count, tiles, operation());
        }
        return launched;
    }

    private Kernel kernel() {
        if (gather) {
            return digests.length == 0 ? Kernel.GATHER : Kernel.GATHER_DIGEST;
        }
        return digests.length == 0 ? Kernel.SCATTER : Kernel.SCATTER_DIGEST;
    }

    private int sharedWords() {
        int words = 0;
        for (int i = 0; i < pieces.size(); i++) {
            PagedPiece piece = pieces.get(i);
            words += sameLayers(i) ? 0 : piece.layerCount();
            words += sameTokens(i) ? 0 : wordsOfTokens(piece);
        }
        return words;
    }

    private static int wordsOfTokens(PagedPiece piece) {
        return (piece.tokens() + 1) / 2;
    }

    /** Writes all pieces and what they share, from word {@code shared} on; returns how many tiles they have. */
    private long writePieces(ByteBuffer table, int shared) {
        long tiles = 0;
        int free = shared;
        int layers = 0;
        int slots = 0;
        for (int i = 0; i < pieces.size(); i++) {
            PagedPiece piece = pieces.get(i);
            if (!sameLayers(i)) {
                layers = free;
                free += piece.layerCount();
                writeLayers(table, layers, piece);
            }
            if (!sameTokens(i)) {
                slots = free;
                free += wordsOfTokens(piece);
                writeSlots(table, slots, piece);
            }
            writePiece(table, i, piece, layers, slots, tiles);
            tiles += tilesOf(piece);
        }
        return tiles;
    }

    private void writePiece(ByteBuffer table, int index, PagedPiece piece, int layers, int slots, long firstTile) {
        long dense = memory.address(piece.dense().region()) + piece.dense().offsetBytes();
        int rowBytes = piece.cache().layout().rowBytes();
        int at = at(index * PIECE_WORDS);
        table.putLong(at, dense);
        table.putLong(at + 8, piece.objectOffsetBytes() / Digest.UNIT_BYTES);
        table.putLong(at + 16, piece.cache().layout().planeBytes());
        table.putLong(at + 24, layers);
        table.putLong(at + 32, slots);
        table.putLong(at + 40, firstTile);
        table.putInt(at + 48, piece.firstRow());
        table.putInt(at + 52, piece.rows());
        table.putInt(at + 56, piece.tokens());
        table.putInt(at + 60, rowBytes);
        table.putInt(at + 64, piece.layerCount());
        table.putInt(at + 68, piece.cache().layout().planes());
        table.putInt(at + 72, piece.layout() == ChunkLayout.PLANES_FIRST ? 1 : 0);
        table.putInt(at + 76, inUnits(piece, dense | rowBytes) ? 1 : 0);
    }

    /** Whether each row, here and there, begins at a multiple of 16 bytes. */
    private boolean inUnits(PagedPiece piece, long denseAddresses) {
        long all = denseAddresses;
        for (int i = 0; i < piece.layerCount(); i++) {
            all |= layerAddress(piece, i);
        }
        return all % Digest.UNIT_BYTES == 0;
    }

    private void writeLayers(ByteBuffer table, int word, PagedPiece piece) {
        for (int i = 0; i < piece.layerCount(); i++) {
            table.putLong(at(word + i), layerAddress(piece, i));
        }
    }

    private long layerAddress(PagedPiece piece, int layer) {
        Span span = piece.cache().layers().get(piece.firstLayer() + layer);
        return memory.address(span.region()) + span.offsetBytes();
    }

    private static void writeSlots(ByteBuffer table, int word, PagedPiece piece) {
        for (int i = 0; i < piece.tokens(); i++) {
            table.putInt(at(word) + i * Integer.BYTES, piece.slotMapping()[piece.firstToken() + i]);
        }
    }

    private static int at(int word) {
        return Lane.TABLE_BYTES + word * Long.BYTES;
    }

    // The same list, not an equal one: comparing two would take as long as writing it again.
    @SuppressWarnings("ReferenceEquality")
    private boolean sameLayers(int index) {
        if (index == 0) {
            return false;
        }
        PagedPiece piece = pieces.get(index);
        PagedPiece before = pieces.get(index - 1);
        return piece.cache().layers() == before.cache().layers()
                && piece.firstLayer() == before.firstLayer()
                && piece.layerCount() == before.layerCount();
    }

    // The same array, as above.
    @SuppressWarnings("ReferenceEquality")
    private boolean sameTokens(int index) {
        if (index == 0) {
            return false;
        }
        PagedPiece piece = pieces.get(index);
        PagedPiece before = pieces.get(index - 1);
        return piece.slotMapping() == before.slotMapping()
                && piece.firstToken() == before.firstToken()
                && piece.tokens() == before.tokens();
    }

    /** rowsPerTile in native/kernels/paged.cuh. */
    private static long tilesOf(PagedPiece piece) {
        int rowsPerTile = Math.max(2, (TILE_BYTES / piece.cache().layout().rowBytes()) & ~1);
        return ((long) piece.rows() + rowsPerTile - 1) / rowsPerTile;
    }

    @Override
    public void end(Lane lane) {
        for (int i = 0; i < digests.length; i++) {
            digests[i] = launched ? lane.word(results + i) : 0;
        }
    }

    @Override
    public boolean uses(RegionId region) {
        for (int i = 0; i < pieces.size(); i++) {
            if (pieces.get(i).uses(region)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Completion release() {
        Completion told = Objects.requireNonNull(completion, "completion");
        completion = null;
        pieces = List.of();
        digests = NONE;
        pool.push(this);
        return told;
    }
}
