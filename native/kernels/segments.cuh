// SPDX-License-Identifier: Apache-2.0
//
// Dense runs of bytes: copies, digests, or both in one pass.
#pragma once

#include "arithmetic.cuh"

// Written by dev.penstock.adapter.cuda.SegmentTable, word for word.
struct Segment {
    u64 from;
    u64 to;
    u64 bytes;
    u64 position;  // of its first unit in the object
    u64 firstTile;
};

// What one block does: 8 units for each of 256 threads. Small enough that a slot of 128 MiB keeps all processors of a
// large GPU busy to the end, large enough that finding the segment costs nothing.
constexpr u32 SEGMENT_TILE_BYTES = 32 << 10;

// One thread's share of a tile; returns what it adds to the segment's digest. The source and, where bytes move, the
// destination may begin anywhere; where both begin at a unit, a unit is one access.
template <bool COPIES, bool DIGESTS>
__device__ __forceinline__ u64 moveTile(const Segment& segment, u64 tile, u32 thread, u32 threads) {
    u64 begin = tile * SEGMENT_TILE_BYTES;
    u64 left = segment.bytes - begin;
    u32 bytes = left < SEGMENT_TILE_BYTES ? static_cast<u32>(left) : SEGMENT_TILE_BYTES;
    u64 from = segment.from + begin;
    u64 to = segment.to + begin;
    u64 key = (segment.position + begin / UNIT_BYTES) * STEP;
    bool aligned = (segment.from | (COPIES ? segment.to : 0)) % UNIT_BYTES == 0;
    u32 whole = aligned ? bytes / UNIT_BYTES : 0;
    u64 sum = 0;
    u32 u = thread;
    // Four loads before the first store: their latencies overlap.
    for (; u + 3 * threads < whole; u += 4 * threads) {
        Unit unit[4];
#pragma unroll
        for (u32 i = 0; i < 4; i++) {
            unit[i] = loadUnit(from + (u + i * threads) * UNIT_BYTES);
        }
#pragma unroll
        for (u32 i = 0; i < 4; i++) {
            if (COPIES) {
                storeUnit(to + (u + i * threads) * UNIT_BYTES, unit[i]);
            }
            if (DIGESTS) {
                sum += digestUnit(unit[i].a, unit[i].b, key + (u + i * threads) * STEP);
            }
        }
    }
    for (; u < whole; u += threads) {
        Unit unit = loadUnit(from + u * UNIT_BYTES);
        if (COPIES) {
            storeUnit(to + u * UNIT_BYTES, unit);
        }
        if (DIGESTS) {
            sum += digestUnit(unit.a, unit.b, key + u * STEP);
        }
    }
    for (u = whole + thread; u * UNIT_BYTES < bytes; u += threads) {
        u32 at = u * UNIT_BYTES;
        u32 rest = bytes - at;
        u32 first = rest < 8 ? rest : 8;
        u32 second = rest < 16 ? rest - first : 8;
        u64 a = loadWord(from + at, first);
        u64 b = loadWord(from + at + 8, second);
        if (COPIES) {
            storeWord(to + at, a, first);
            storeWord(to + at + 8, b, second);
        }
        if (DIGESTS) {
            sum += digestUnit(a, b, key + u * STEP);
        }
    }
    return sum;
}
