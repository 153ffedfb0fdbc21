// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import java.nio.ByteBuffer;
import jcuda.Pointer;

/**
 * A kernel's arguments, of 8 bytes each, and the pointers to them that the driver wants, at the start of a block that stays
 * where it is. Handing them over this way costs no objects.
 */
final class Arguments {
    /** What it takes of its block. */
    static final int BYTES = 64;

    private static final int MOST = BYTES / Long.BYTES / 2;

    private final ByteBuffer block;
    private final long address;
    private final Pointer pointer;

    Arguments(PinnedBlock pinned) {
        block = pinned.view();
        address = pinned.address().value();
        pointer = new HostAddress(address);
    }

    /** Sets one; a kernel's argument of 4 bytes is the low ones. */
    Arguments set(int index, long value) {
        block.putLong((MOST + index) * Long.BYTES, value);
        return setToWhatIsAt(index, (MOST + index) * Long.BYTES);
    }

    /** Sets one that may be longer to what is in the block from there on. */
    Arguments setToWhatIsAt(int index, int offset) {
        block.putLong(index * Long.BYTES, address + offset);
        return this;
    }

    Pointer pointer() {
        return pointer;
    }
}
