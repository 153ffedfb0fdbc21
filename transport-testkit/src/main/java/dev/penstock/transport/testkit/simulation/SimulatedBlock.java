// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.simulation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bytes that live as long as somebody holds them. Afterwards they are filled with poison, to show who still writes. */
final class SimulatedBlock {
    private static final byte POISON = (byte) 0xDB;

    private final SimulatedWorld world;
    private final String name;
    private final ByteBuffer bytes;
    private int holders;

    SimulatedBlock(SimulatedWorld world, String name, int lengthBytes) {
        this.world = world;
        this.name = name;
        boolean direct = lengthBytes <= 4096 && world.random().nextInt(8) == 0;
        bytes = direct ? ByteBuffer.allocateDirect(lengthBytes) : ByteBuffer.allocate(lengthBytes);
    }

    String name() {
        return name;
    }

    int lengthBytes() {
        return bytes.capacity();
    }

    void hold() {
        holders++;
    }

    void letGo() {
        holders--;
        if (holders == 0) {
            for (int i = 0; i < bytes.capacity(); i++) {
                bytes.put(i, POISON);
            }
        }
    }

    boolean isAlive() {
        return holders > 0;
    }

    ByteBuffer window(long offset, int length) {
        return bytes.slice((int) offset, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    void copyTo(SimulatedBlock to, long fromOffset, long toOffset, long length) {
        to.bytes.put((int) toOffset, bytes, (int) fromOffset, (int) length);
    }

    void flip(long offset, int mask) {
        bytes.put((int) offset, (byte) (bytes.get((int) offset) ^ mask));
    }

    /** Finds writes into memory that nobody holds any more. */
    void requirePoisonIfDead() {
        if (isAlive()) {
            return;
        }
        for (int i = 0; i < bytes.capacity(); i++) {
            if (bytes.get(i) != POISON) {
                throw world.violation(name + " was written at " + i + " after it had been freed");
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
