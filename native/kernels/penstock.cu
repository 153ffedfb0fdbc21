// SPDX-License-Identifier: Apache-2.0
//
// The kernels of adapter-cuda. native/kernels/build compiles this file to the PTX that the adapter's jar carries.
//
// A request's table holds, in 64-bit words, the descriptors and what they refer to. A short one is a parameter of the launch,
// a longer one is uploaded before. Beside it there are, on the GPU, one sum for each descriptor and one count of blocks, all
// zero. The block that finishes last writes the sums to the results, which are the host's, and leaves zeros behind: so a
// request is at most one upload and one launch, and nothing has to be fetched afterwards.
#include "paged.cuh"
#include "pattern.cuh"
#include "segments.cuh"

constexpr u32 THREADS = 256;
constexpr u32 LANES = 32;

// A launch has 4096 bytes of parameters, of which the others take 24. Known to dev.penstock.adapter.cuda.Lane.
constexpr u32 SHORT_TABLE_WORDS = 500;

struct ShortTable {
    u64 words[SHORT_TABLE_WORDS];
};

// Adds up the block's shares; every thread must come here.
__device__ __forceinline__ void addToSum(u64 share, u64* sum) {
    __shared__ u64 warps[THREADS / LANES];
    for (u32 distance = LANES / 2; distance > 0; distance /= 2) {
        share += __shfl_xor_sync(0xFFFFFFFFu, share, distance);
    }
    if (threadIdx.x % LANES == 0) {
        warps[threadIdx.x / LANES] = share;
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        u64 total = 0;
        for (u32 warp = 0; warp < THREADS / LANES; warp++) {
            total += warps[warp];
        }
        atomicAdd(sum, total);
    }
}

// Writes the sums out and clears them if this block is the last one to come here; every thread must come here.
__device__ __forceinline__ void publish(u64* sums, u32 count, u64* results) {
    __shared__ bool last;
    if (threadIdx.x == 0) {
        // This block's sum is visible to all before its count is.
        __threadfence();
        last = atomicAdd(sums + count, 1ull) == gridDim.x - 1;
    }
    __syncthreads();
    if (last) {
        __threadfence();
        for (u32 i = threadIdx.x; i < count; i += THREADS) {
            // Past the first-level cache, which does not see what other processors add.
            results[i] = __ldcg(sums + i);
            sums[i] = 0;
        }
        if (threadIdx.x == 0) {
            sums[count] = 0;
        }
    }
}

template <bool COPIES, bool DIGESTS>
__device__ __forceinline__ void moveSegments(const u64* table, u32 count, u64* sums, u64* results) {
    const Segment* segments = reinterpret_cast<const Segment*>(table);
    u64 tile = blockIdx.x;
    u32 index = ownerOf(segments, count, tile);
    Segment segment = segments[index];
    u64 share = moveTile<COPIES, DIGESTS>(segment, tile - segment.firstTile, threadIdx.x, THREADS);
    if (DIGESTS) {
        addToSum(share, sums + index);
        publish(sums, count, results);
    }
}

template <bool GATHERS, bool DIGESTS>
__device__ __forceinline__ void movePieces(const u64* table, u32 count, u64* sums, u64* results) {
    const Piece* pieces = reinterpret_cast<const Piece*>(table);
    u64 tile = blockIdx.x;
    u32 index = ownerOf(pieces, count, tile);
    Piece piece = pieces[index];
    u64 share = moveRows<GATHERS, DIGESTS>(piece, table, tile - piece.firstTile, threadIdx.x, THREADS);
    if (DIGESTS) {
        addToSum(share, sums + index);
        publish(sums, count, results);
    }
}

#define TABLE_KERNEL(name, body)                                              \
    extern "C" __global__ void __launch_bounds__(THREADS) name(               \
        const u64* table, u64* sums, u64* results, u32 count) {               \
        body(table, count, sums, results);                                    \
    }                                                                         \
    extern "C" __global__ void __launch_bounds__(THREADS) name##_short(       \
        const __grid_constant__ ShortTable table, u64* sums, u64* results,    \
        u32 count) {                                                          \
        body(table.words, count, sums, results);                              \
    }

#define COMMA ,
TABLE_KERNEL(penstock_copy, moveSegments<true COMMA false>)
TABLE_KERNEL(penstock_copy_digest, moveSegments<true COMMA true>)
TABLE_KERNEL(penstock_digest, moveSegments<false COMMA true>)
TABLE_KERNEL(penstock_gather, movePieces<true COMMA false>)
TABLE_KERNEL(penstock_gather_digest, movePieces<true COMMA true>)
TABLE_KERNEL(penstock_scatter, movePieces<false COMMA false>)
TABLE_KERNEL(penstock_scatter_digest, movePieces<false COMMA true>)

extern "C" __global__ void __launch_bounds__(THREADS) penstock_fill(u64 address, u64 bytes, u64 base) {
    u64 words = (bytes + 7) / 8;
    for (u64 word = blockIdx.x * u64(THREADS) + threadIdx.x; word < words; word += u64(gridDim.x) * THREADS) {
        fillWord(address, bytes, base, word);
    }
}

extern "C" __global__ void __launch_bounds__(THREADS) penstock_check(u64 address, u64 bytes, u64 base, u64* firstWrong) {
    u64 words = (bytes + 7) / 8;
    u64 wrong = ~0ull;
    // A thread's words come in rising order: its first wrong one is the one that counts.
    for (u64 word = blockIdx.x * u64(THREADS) + threadIdx.x; word < words && wrong == ~0ull;
         word += u64(gridDim.x) * THREADS) {
        wrong = firstWrongByte(address, bytes, base, word);
    }
    if (wrong != ~0ull) {
        atomicMin(firstWrong, wrong);
    }
}

// One warp a tile.
extern "C" __global__ void __launch_bounds__(THREADS) penstock_fill_rows(const PatternTile* tiles, u32 count) {
    for (u64 i = (blockIdx.x * u64(THREADS) + threadIdx.x) / LANES; i < count; i += u64(gridDim.x) * THREADS / LANES) {
        PatternTile tile = tiles[i];
        for (u64 word = threadIdx.x % LANES; word < (tile.bytes + 7) / 8; word += LANES) {
            fillWord(tile.address, tile.bytes, tile.base, word);
        }
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    penstock_check_rows(const PatternTile* tiles, u32 count, u64* firstWrong) {
    for (u64 i = (blockIdx.x * u64(THREADS) + threadIdx.x) / LANES; i < count; i += u64(gridDim.x) * THREADS / LANES) {
        PatternTile tile = tiles[i];
        bool right = true;
        for (u64 word = threadIdx.x % LANES; word < (tile.bytes + 7) / 8 && right; word += LANES) {
            right = firstWrongByte(tile.address, tile.bytes, tile.base, word) == ~0ull;
        }
        if (!right) {
            atomicMin(firstWrong, tile.row);
        }
    }
}
