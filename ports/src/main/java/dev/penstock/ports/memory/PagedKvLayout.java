// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

/**
 * The shape of an inference engine's own KV cache: per layer {@code [planes][blocks][tokensPerBlock][hidden]}, rows of
 * {@code rowBytes} bytes, dense.
 *
 * @param layers number of layers
 * @param planes 2 (keys and values), or 1 where both share one latent plane (MLA)
 * @param blocks blocks per plane
 * @param tokensPerBlock tokens per block
 * @param rowBytes bytes of one token's row in one plane: hidden size times element size; a multiple of 8
 */
public record PagedKvLayout(int layers, int planes, int blocks, int tokensPerBlock, int rowBytes) {
    /** Checks the numbers. */
    public PagedKvLayout {
        if (layers <= 0 || blocks <= 0 || tokensPerBlock <= 0) {
            throw new IllegalArgumentException(
                    layers + " layers of " + blocks + " blocks of " + tokensPerBlock + " tokens");
        }
        if (planes != 1 && planes != 2) {
            throw new IllegalArgumentException("a paged cache has 1 or 2 planes, not " + planes);
        }
        if (rowBytes <= 0 || rowBytes % 8 != 0) {
            throw new IllegalArgumentException("a row is a multiple of 8 bytes, not " + rowBytes);
        }
        Math.multiplyExact((long) blocks * tokensPerBlock, (long) planes * rowBytes);
        if ((long) blocks * tokensPerBlock > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    blocks + " blocks of " + tokensPerBlock + " tokens exceed 2^31 - 1 slots");
        }
    }

    /** The number of token places per plane: valid slot mapping entries are below it. */
    public int tokenSlots() {
        return blocks * tokensPerBlock;
    }

    /** Bytes of one plane of one layer. */
    public long planeBytes() {
        return (long) tokenSlots() * rowBytes;
    }

    /** Bytes of one layer. */
    public long layerBytes() {
        return planes * planeBytes();
    }

    /** Bytes that {@code tokens} tokens take in a chunk object with {@code chunkLayers} layers. */
    public long chunkBytes(int chunkLayers, int tokens) {
        return (long) chunkLayers * planes * tokens * rowBytes;
    }
}
