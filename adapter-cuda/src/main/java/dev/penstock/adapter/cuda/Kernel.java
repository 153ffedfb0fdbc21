// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

/** The functions in native/kernels/penstock.cu. */
enum Kernel {
    COPY("penstock_copy"),
    COPY_DIGEST("penstock_copy_digest"),
    DIGEST("penstock_digest"),
    GATHER("penstock_gather"),
    GATHER_DIGEST("penstock_gather_digest"),
    SCATTER("penstock_scatter"),
    SCATTER_DIGEST("penstock_scatter_digest"),
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
}
