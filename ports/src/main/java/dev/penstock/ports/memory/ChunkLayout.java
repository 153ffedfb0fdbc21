// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

/** The axis order of a chunk object. */
public enum ChunkLayout {
    /** {@code [layers][planes][tokens][hidden]}. */
    LAYERS_FIRST,
    /** {@code [planes][layers][tokens][hidden]}. */
    PLANES_FIRST
}
