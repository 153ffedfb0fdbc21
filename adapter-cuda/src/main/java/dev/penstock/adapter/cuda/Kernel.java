// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The functions in native/kernels/penstock.cu. */
enum Kernel {
    COPY_SHORT("penstock_copy_short"),
    COPY("penstock_copy", COPY_SHORT),
    COPY_DIGEST_SHORT("penstock_copy_digest_short"),
    COPY_DIGEST("penstock_copy_digest", COPY_DIGEST_SHORT),
    DIGEST_SHORT("penstock_digest_short"),
    DIGEST("penstock_digest", DIGEST_SHORT),
    GATHER_SHORT("penstock_gather_short"),
    GATHER("penstock_gather", GATHER_SHORT),
    GATHER_DIGEST_SHORT("penstock_gather_digest_short"),
    GATHER_DIGEST("penstock_gather_digest", GATHER_DIGEST_SHORT),
    SCATTER_SHORT("penstock_scatter_short"),
    SCATTER("penstock_scatter", SCATTER_SHORT),
    SCATTER_DIGEST_SHORT("penstock_scatter_digest_short"),
    SCATTER_DIGEST("penstock_scatter_digest", SCATTER_DIGEST_SHORT),
    FILL("penstock_fill"),
    CHECK("penstock_check"),
    FILL_ROWS("penstock_fill_rows"),
    CHECK_ROWS("penstock_check_rows");

    /** The size of the blocks that they are written for: THREADS in penstock.cu. */
    static final int THREADS = 256;
    /** The size of a warp: LANES there. */
    static final int LANES = 32;

    private final String symbol;
    private final @Nullable Kernel ofShortTable;

    Kernel(String symbol) {
        this(symbol, null);
    }

    Kernel(String symbol, @Nullable Kernel ofShortTable) {
        this.symbol = symbol;
        this.ofShortTable = ofShortTable;
    }

    String symbol() {
        return symbol;
    }

    /** The same for a table that is a parameter of the launch; for those alone that take one. */
    Kernel ofShortTable() {
        return Objects.requireNonNull(ofShortTable, symbol);
    }
}
