// SPDX-License-Identifier: Apache-2.0
//
// What one thread does with words and units, whatever kernel it works for.
#pragma once

typedef unsigned long long u64;
typedef unsigned int u32;

// The constants of dev.penstock.ports.Digest and dev.penstock.ports.memory.Pattern: 2^64 divided by the golden ratio,
// a constant of wyhash, and the multipliers of SplitMix64.
constexpr u64 STEP = 0x9E3779B97F4A7C15ull;
constexpr u64 OFFSET = 0xA0761D6478BD642Full;
constexpr u64 MIX_FIRST = 0xBF58476D1CE4E5B9ull;
constexpr u64 MIX_SECOND = 0x94D049BB133111EBull;

constexpr u32 UNIT_BYTES = 16;

// 16 bytes, moved by one instruction.
struct alignas(16) Unit {
    u64 a;
    u64 b;
};

// Digest.unit of mum64-v1: the full signed product, folded.
__device__ __forceinline__ u64 digestUnit(u64 a, u64 b, u64 key) {
    u64 x = a ^ key;
    u64 y = b ^ (key + OFFSET);
    return (x * y) ^ static_cast<u64>(__mul64hi(static_cast<long long>(x), static_cast<long long>(y)));
}

// Pattern.mix.
__device__ __forceinline__ u64 patternMix(u64 value) {
    u64 z = (value ^ (value >> 30)) * MIX_FIRST;
    z = (z ^ (z >> 27)) * MIX_SECOND;
    return z ^ (z >> 31);
}

// Bytes that are moved are not touched again soon: the caches are told so (ld.global.cs, st.global.cs).
__device__ __forceinline__ Unit loadUnit(u64 address) {
    ulonglong2 v = __ldcs(reinterpret_cast<const ulonglong2*>(address));
    return Unit{v.x, v.y};
}

__device__ __forceinline__ void storeUnit(u64 address, Unit unit) {
    __stcs(reinterpret_cast<ulonglong2*>(address), make_ulonglong2(unit.a, unit.b));
}

// The next `bytes` bytes, 0 to 8, as the low bytes of a little-endian word, from wherever they are.
__device__ __forceinline__ u64 loadWord(u64 address, u32 bytes) {
    if (bytes == 8 && address % 8 == 0) {
        return *reinterpret_cast<const u64*>(address);
    }
    u64 word = 0;
    for (u32 i = 0; i < bytes; i++) {
        word |= static_cast<u64>(reinterpret_cast<const unsigned char*>(address)[i]) << (8 * i);
    }
    return word;
}

__device__ __forceinline__ void storeWord(u64 address, u64 word, u32 bytes) {
    if (bytes == 8 && address % 8 == 0) {
        *reinterpret_cast<u64*>(address) = word;
        return;
    }
    for (u32 i = 0; i < bytes; i++) {
        reinterpret_cast<unsigned char*>(address)[i] = static_cast<unsigned char>(word >> (8 * i));
    }
}

// Of `count` descriptors whose tiles are numbered one after the other: the one that has this tile. One without tiles
// has the number of its successor, and is never found.
template <typename Descriptor>
__device__ __forceinline__ u32 ownerOf(const Descriptor* descriptors, u32 count, u64 tile) {
    u32 low = 0;
    u32 high = count;
    while (high - low > 1) {
        u32 middle = (low + high) / 2;
        if (descriptors[middle].firstTile <= tile) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}
