// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.LongToIntFunction;

/** A small block of native memory with its address: what C functions read arguments from and write results to. */
final class NativeBlock {
    private final ByteBuffer bytes;
    private final long address;

    private NativeBlock(ByteBuffer bytes, long address) {
        this.bytes = bytes;
        this.address = address;
    }

    /** A block of zeros, which lives as long as this object is reachable. */
    static NativeBlock ofBytes(Libc libc, int lengthBytes) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(lengthBytes).order(ByteOrder.nativeOrder());
        return new NativeBlock(bytes, libc.addressOf(bytes));
    }

    /** A string as C has it: UTF-8, then NUL. */
    static NativeBlock ofText(Libc libc, String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        NativeBlock block = ofBytes(libc, encoded.length + 1);
        block.bytes.put(0, encoded);
        return block;
    }

    /**
     * Passes the address to a call during which the block stays where it is, however dead it looks to the compiler.
     *
     * @return what the call returns
     */
    int lend(LongToIntFunction call) {
        try {
            return call.applyAsInt(address);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** The bytes; position and limit are nobody's. */
    ByteBuffer bytes() {
        return bytes;
    }

    long address() {
        return address;
    }

    /** Where the byte at {@code offset} stands. */
    long address(int offset) {
        return address + offset;
    }

    long getLong(int offset) {
        return bytes.getLong(offset);
    }
}
