// SPDX-License-Identifier: Apache-2.0
//
// dev.penstock.ports.memory.Pattern: word i of a pattern is mix(base + i * STEP).
#pragma once

#include "arithmetic.cuh"

__device__ __forceinline__ void fillWord(u64 address, u64 bytes, u64 base, u64 word) {
    u64 left = bytes - word * 8;
    storeWord(address + word * 8, patternMix(base + word * STEP), left < 8 ? static_cast<u32>(left) : 8);
}

// Written by dev.penstock.adapter.cuda.BlockingAccess, word for word.
struct PatternTile {
    u64 address;
    u64 base;
    u64 bytes;
    u64 row;  // of which it is a part
};

// Where the word's first wrong byte is, from the span's start; all bits set if there is none.
__device__ __forceinline__ u64 firstWrongByte(u64 address, u64 bytes, u64 base, u64 word) {
    u64 left = bytes - word * 8;
    u32 count = left < 8 ? static_cast<u32>(left) : 8;
    u64 expected = patternMix(base + word * STEP);
    if (count < 8) {
        expected &= (1ull << (8 * count)) - 1;
    }
    u64 difference = loadWord(address + word * 8, count) ^ expected;
    return difference == 0 ? ~0ull : word * 8 + (__ffsll(static_cast<long long>(difference)) - 1) / 8;
}
