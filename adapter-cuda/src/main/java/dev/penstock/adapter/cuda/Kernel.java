// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

/** The functions in native/kernels/penstock.cu. */
enum Kernel {
    COPY("penstock_copy"),
    COPY_SHORT("penstock_copy_short"),
    COPY_DIGEST("penstock_copy_digest"),
    COPY_DIGEST_SHORT("penstock_copy_digest_short"),
    DIGEST("penstock_digest"),
    DIGEST_SHORT("penstock_digest_short"),
    GATHER("penstock_gather"),
    GATHER_SHORT("penstock_gather_short"),
    GATHER_DIGEST("penstock_gather_digest"),
    GATHER_DIGEST_SHORT("penstock_gather_digest_short"),
    SCATTER("penstock_scatter"),
    SCATTER_SHORT("penstock_scatter_short"),
    SCATTER_DIGEST("penstock_scatter_digest"),
    SCATTER_DIGEST_SHORT("penstock_scatter_digest_short"),
    FILL("penstock_fill"),
    CHECK("penstock_check"),
    FILL_ROWS("penstock_fill_rows"),
    CHECK_ROWS("penstock_check_rows");

    /** The size of the blocks that they are written for: THREADS in penstock.cu. */
    static final int THREADS = 256;
    /** The size of a warp: LANES there. */
    static final int LANES = 32;

    private final String symbol;

    Kernel(String symbol) {
        this.symbol = symbol;
    }

    String symbol() {
        return symbol;
    }

    /** The same for a table that is a parameter of the launch. */
    Kernel ofShortTable() {
        return switch (this) {
            case COPY -> COPY_SHORT;
            case COPY_DIGEST -> COPY_DIGEST_SHORT;
            case DIGEST -> DIGEST_SHORT;
            case GATHER -> GATHER_SHORT;
            case GATHER_DIGEST -> GATHER_DIGEST_SHORT;
            case SCATTER -> SCATTER_SHORT;
            case SCATTER_DIGEST -> SCATTER_DIGEST_SHORT;
            default -> throw new IllegalArgumentException(symbol + " has no table, or a short one already");
        };
    }
}
