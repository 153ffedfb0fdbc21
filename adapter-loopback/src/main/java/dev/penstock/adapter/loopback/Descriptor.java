// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.RegionId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a peer needs to connect: the endpoint and the regions that can be written.
 *
 * <p>Format, little-endian: magic (int), version (short), the name's length (byte) and ASCII bytes, process (long), nonce
 * (long), number of regions (int), and for each region its id (int), the number in its file's name (int) and its length
 * (long). Nothing may follow.
 *
 * @param endpoint whose it is
 * @param regions the regions, with distinct ids
 */
record Descriptor(EndpointAddress endpoint, List<SharedBlock> regions) {
    private static final int MAGIC = 0x424c_4e50; // "PNLB"
    private static final short VERSION = 1;
    private static final int BLOCK_BYTES = 2 * Integer.BYTES + Long.BYTES;

    /**
     * A region in shared memory.
     *
     * @param id the region's id at its owner
     * @param fileNumber the number in its file's name
     * @param lengthBytes its length, which is the file's too
     */
    record SharedBlock(RegionId id, int fileNumber, long lengthBytes) {
        /** Checks what a peer may have made up. */
        SharedBlock {
            if (fileNumber < 0 || lengthBytes <= 0) {
                throw new IllegalArgumentException("file " + fileNumber + " of " + lengthBytes + " bytes");
            }
        }
    }

    /** Copies the list and checks that the ids are distinct. */
    Descriptor {
        regions = List.copyOf(regions);
        Set<RegionId> ids = new HashSet<>();
        for (SharedBlock region : regions) {
            if (!ids.add(region.id())) {
                throw new IllegalArgumentException(
                        "two regions with id " + region.id().value());
            }
        }
    }

    byte[] encode() {
        byte[] name = endpoint.name().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES
                        + Short.BYTES
                        + Byte.BYTES
                        + name.length
                        + 2 * Long.BYTES
                        + Integer.BYTES
                        + regions.size() * BLOCK_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC).putShort(VERSION).put((byte) name.length).put(name);
        bytes.putLong(endpoint.process()).putLong(endpoint.nonce()).putInt(regions.size());
        for (SharedBlock region : regions) {
            bytes.putInt(region.id().value()).putInt(region.fileNumber()).putLong(region.lengthBytes());
        }
        return bytes.array();
    }

    /**
     * Reads what came from a peer.
     *
     * @throws KvTransferException of kind PROTOCOL if {@link #encode} can't have made it
     */
    static Descriptor decode(byte[] encoded) {
        try {
            return decode(ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN));
        } catch (IllegalArgumentException e) {
            throw malformed(e.getMessage(), e);
        } catch (BufferUnderflowException e) {
            throw malformed("it ends after " + encoded.length + " bytes", e);
        }
    }

    private static Descriptor decode(ByteBuffer bytes) {
        if (bytes.getInt() != MAGIC) {
            throw new IllegalArgumentException("it is of another kind of transport");
        }
        short version = bytes.getShort();
        if (version != VERSION) {
            throw new IllegalArgumentException("version " + version + ", this side knows " + VERSION);
        }
        byte[] name = new byte[Byte.toUnsignedInt(bytes.get())];
        bytes.get(name);
        EndpointAddress endpoint =
                new EndpointAddress(new String(name, StandardCharsets.US_ASCII), bytes.getLong(), bytes.getLong());
        int regionCount = bytes.getInt();
        if (regionCount < 0 || (long) regionCount * BLOCK_BYTES != bytes.remaining()) {
            throw new IllegalArgumentException(regionCount + " regions in " + bytes.remaining() + " bytes");
        }
        List<SharedBlock> regions = new ArrayList<>(regionCount);
        for (int i = 0; i < regionCount; i++) {
            regions.add(new SharedBlock(new RegionId(bytes.getInt()), bytes.getInt(), bytes.getLong()));
        }
        return new Descriptor(endpoint, regions);
    }

    private static KvTransferException malformed(@Nullable String what, RuntimeException cause) {
        return new KvTransferException(
                FailureKind.PROTOCOL, "read a descriptor", "no descriptor of a loopback transport: " + what, cause);
    }
}
