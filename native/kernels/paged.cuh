// SPDX-License-Identifier: Apache-2.0
//
// Rows between a paged KV cache and dense memory, with the digest of the dense bytes.
#pragma once

#include "arithmetic.cuh"

// Written by dev.penstock.adapter.cuda.PieceTable, word for word. Row r of the object is token r % tokens of the
// (layer, plane) pair r / tokens; the piece has `rows` of them from firstRow on.
struct Piece {
    u64 dense;
    u64 position;    // of its first unit in the object
    u64 planeBytes;  // of one plane of one layer of the cache
    u64 layerTable;  // where in the table the layers' addresses begin, in words
    u64 slotTable;   // where in the table the tokens' places begin, in words; two ints a word
    u64 firstTile;
    u32 firstRow;
    u32 rows;
    u32 tokens;
    u32 rowBytes;
    u32 layers;
    u32 planes;
    u32 planesFirst;
    u32 units;  // whether rows are moved unit by unit: everything begins at one
};

constexpr u32 PAGED_TILE_BYTES = 32 << 10;

// How many rows one block moves. Even, so that every tile begins at a unit of the digest: rows are multiples of 8 bytes.
__device__ __forceinline__ u32 rowsPerTile(u32 rowBytes) {
    u32 rows = (PAGED_TILE_BYTES / rowBytes) & ~1u;
    return rows < 2 ? 2 : rows;
}

// Where the object's row is in the cache; 0 if its token has no place.
__device__ __forceinline__ u64 pagedRow(const Piece& piece, const u64* table, u32 row) {
    u32 pair = row / piece.tokens;
    u32 token = row - pair * piece.tokens;
    int slot = reinterpret_cast<const int*>(table + piece.slotTable)[token];
    if (slot < 0) {
        return 0;
    }
    u32 plane = piece.planesFirst ? pair / piece.layers : pair % piece.planes;
    u32 layer = piece.planesFirst ? pair % piece.layers : pair / piece.planes;
    return table[piece.layerTable + layer] + plane * piece.planeBytes + static_cast<u64>(slot) * piece.rowBytes;
}

// How many neighbouring threads move a row together: a warp, or fewer where that would leave half of them without a unit.
__device__ __forceinline__ u32 lanesOf(u32 units) {
    u32 lanes = 32;
    while (lanes / 2 >= units) {
        lanes /= 2;
    }
    return lanes;
}

// One lane's share of a row.
template <bool GATHERS, bool DIGESTS>
__device__ __forceinline__ u64 moveRow(u64 paged, u64 dense, u32 units, u64 key, u32 lane, u32 lanes) {
    u64 sum = 0;
    u32 u = lane;
    for (; u + 3 * lanes < units; u += 4 * lanes) {
        Unit unit[4];
#pragma unroll
        for (u32 i = 0; i < 4; i++) {
            u64 at = static_cast<u64>(u + i * lanes) * UNIT_BYTES;
            unit[i] = GATHERS ? (paged ? loadUnit(paged + at) : Unit{0, 0}) : loadUnit(dense + at);
        }
#pragma unroll
        for (u32 i = 0; i < 4; i++) {
            u64 at = static_cast<u64>(u + i * lanes) * UNIT_BYTES;
            if (GATHERS) {
                storeUnit(dense + at, unit[i]);
            } else if (paged) {
                storeUnit(paged + at, unit[i]);
            }
            if (DIGESTS) {
                sum += digestUnit(unit[i].a, unit[i].b, key + (u + i * lanes) * STEP);
            }
        }
    }
    for (; u < units; u += lanes) {
        u64 at = static_cast<u64>(u) * UNIT_BYTES;
        Unit unit = GATHERS ? (paged ? loadUnit(paged + at) : Unit{0, 0}) : loadUnit(dense + at);
        if (GATHERS) {
            storeUnit(dense + at, unit);
        } else if (paged) {
            storeUnit(paged + at, unit);
        }
        if (DIGESTS) {
            sum += digestUnit(unit.a, unit.b, key + u * STEP);
        }
    }
    return sum;
}

// Word `word` of the tile, where no unit may be moved at once; returns it as it is densely.
template <bool GATHERS>
__device__ __forceinline__ u64 movePagedWord(const Piece& piece, const u64* table, u64 firstRow, u32 word) {
    u32 rowWords = piece.rowBytes / 8;
    u32 row = static_cast<u32>(firstRow) + word / rowWords;
    u64 at = word % rowWords * 8;
    u64 paged = pagedRow(piece, table, piece.firstRow + row);
    u64 dense = piece.dense + static_cast<u64>(row) * piece.rowBytes + at;
    if (GATHERS) {
        u64 value = paged ? loadWord(paged + at, 8) : 0;
        storeWord(dense, value, 8);
        return value;
    }
    u64 value = loadWord(dense, 8);
    if (paged) {
        storeWord(paged + at, value, 8);
    }
    return value;
}

// One thread's share of a tile; returns what it adds to the piece's digest, whose key it computes only where asked.
template <bool GATHERS, bool DIGESTS>
__device__ __forceinline__ u64 moveRows(const Piece& piece, const u64* table, u64 tile, u32 thread, u32 threads) {
    u64 first = tile * rowsPerTile(piece.rowBytes);
    u64 end = first + rowsPerTile(piece.rowBytes);
    end = end < piece.rows ? end : piece.rows;
    u64 sum = 0;
    if (piece.units) {
        u32 units = piece.rowBytes / UNIT_BYTES;
        u32 lanes = lanesOf(units);
        for (u64 row = first + thread / lanes; row < end; row += threads / lanes) {
            u64 paged = pagedRow(piece, table, piece.firstRow + static_cast<u32>(row));
            u64 key = (piece.position + row * units) * STEP;
            sum += moveRow<GATHERS, DIGESTS>(
                paged, piece.dense + row * piece.rowBytes, units, key, thread % lanes, lanes);
        }
        return sum;
    }
    // At most a tile's, or two rows': well below 2^31.
    u32 words = static_cast<u32>(end - first) * (piece.rowBytes / 8);
    u64 key = (piece.position + first * piece.rowBytes / UNIT_BYTES) * STEP;
    for (u32 u = thread; 2 * u < words; u += threads) {
        u64 a = movePagedWord<GATHERS>(piece, table, first, 2 * u);
        u64 b = 2 * u + 1 < words ? movePagedWord<GATHERS>(piece, table, first, 2 * u + 1) : 0;
        if (DIGESTS) {
            sum += digestUnit(a, b, key + u * STEP);
        }
    }
    return sum;
}
