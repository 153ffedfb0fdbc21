// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.RegionId;

/**
 * A region as a descriptor names it.
 *
 * @param id its owner's name for it
 * @param kind where the bytes are
 * @param device the owner's ordinal of the device; NIXL finds a block by address, length and this number
 * @param address where it begins in its owner's process
 * @param lengthBytes how long it is
 */
record RemoteRegion(RegionId id, MemoryKind kind, int device, long address, long lengthBytes) {
    /** Checks what a peer may have made up. */
    RemoteRegion {
        if (device < 0 || address <= 0 || lengthBytes <= 0 || address + lengthBytes < 0) {
            throw new IllegalArgumentException(
                    "a region at " + address + " of " + lengthBytes + " bytes on device " + device);
        }
    }

    /**
     * Checks one end of a segment.
     *
     * @throws IllegalArgumentException if it is not within a region of so many bytes
     */
    static void checkWithin(String direction, int index, long offset, long length, long regionBytes) {
        if (offset > regionBytes || length > regionBytes - offset) {
            throw new IllegalArgumentException("segment " + index + ", " + length + " bytes at " + offset + ", is "
                    + direction + " a region of " + regionBytes + " bytes");
        }
    }
}
