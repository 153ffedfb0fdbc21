// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.RegionId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a peer needs to connect: this node's own table of regions and, opaque, NIXL's metadata. NIXL's parser of metadata is
 * not made for bytes that are cut off or changed, so none reach it that are not as they were made: the checksum is checked
 * first. It guards against accidents; that a peer is who it says, is the control plane's to know.
 *
 * <pre>{@code
 * magic "PNXL" u32, version u16, name length u8, name, token u64,
 * region count u32, each: id u32, kind u8, device u32, address u64, length u64,
 * metadata length u32, metadata, CRC-32C of all before it u32          (little-endian)
 * }</pre>
 *
 * @param name the agent's name
 * @param token a random number of the incarnation's, which its notifications carry
 * @param regions what can be written to
 * @param metadata NIXL's, read-only
 */
record Descriptor(String name, long token, List<RemoteRegion> regions, ByteBuffer metadata) {
    private static final int MAGIC = 0x4C584E50;
    private static final short VERSION = 1;
    private static final int REGION_BYTES = Integer.BYTES + Byte.BYTES + Integer.BYTES + 2 * Long.BYTES;
    private static final byte HOST = 0;
    private static final byte CUDA = 1;

    /** Copies the list, checks that the ids are distinct, and keeps the metadata from being changed. */
    Descriptor {
        regions = List.copyOf(regions);
        metadata = metadata.asReadOnlyBuffer();
        Set<RegionId> ids = new HashSet<>();
        for (RemoteRegion region : regions) {
            if (!ids.add(region.id())) {
                throw new IllegalArgumentException(
                        "two regions with id " + region.id().value());
            }
        }
    }

    byte[] encode() {
        byte[] encodedName = name.getBytes(StandardCharsets.US_ASCII);
        int length = Integer.BYTES
                + Short.BYTES
                + Byte.BYTES
                + encodedName.length
                + Long.BYTES
                + Integer.BYTES
                + regions.size() * REGION_BYTES
                + Integer.BYTES
                + metadata.remaining()
                + Integer.BYTES;
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC).putShort(VERSION);
        bytes.put((byte) encodedName.length).put(encodedName).putLong(token);
        bytes.putInt(regions.size());
        for (RemoteRegion region : regions) {
            bytes.putInt(region.id().value()).put(region.kind() == MemoryKind.CUDA ? CUDA : HOST);
            bytes.putInt(region.device()).putLong(region.address()).putLong(region.lengthBytes());
        }
        bytes.putInt(metadata.remaining()).put(metadata.duplicate());
        bytes.putInt(checksum(bytes, bytes.position()));
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
        int end = bytes.limit() - Integer.BYTES;
        if (bytes.getInt(end) != checksum(bytes, end)) {
            throw new IllegalArgumentException("its checksum is wrong: it was cut off or changed on its way");
        }
        bytes.limit(end);
        byte[] name = new byte[Byte.toUnsignedInt(bytes.get())];
        bytes.get(name);
        long token = bytes.getLong();
        int regionCount = bytes.getInt();
        if (regionCount < 0 || (long) regionCount * REGION_BYTES > bytes.remaining()) {
            throw new IllegalArgumentException(regionCount + " regions in " + bytes.remaining() + " bytes");
        }
        List<RemoteRegion> regions = new ArrayList<>(regionCount);
        for (int i = 0; i < regionCount; i++) {
            regions.add(new RemoteRegion(
                    new RegionId(bytes.getInt()), kind(bytes.get()), bytes.getInt(), bytes.getLong(), bytes.getLong()));
        }
        int metadataBytes = bytes.getInt();
        if (metadataBytes != bytes.remaining()) {
            throw new IllegalArgumentException(metadataBytes + " bytes of metadata in " + bytes.remaining());
        }
        return new Descriptor(new String(name, StandardCharsets.US_ASCII), token, regions, bytes.slice());
    }

    private static MemoryKind kind(byte code) {
        return switch (code) {
            case HOST -> MemoryKind.HOST;
            case CUDA -> MemoryKind.CUDA;
            default -> throw new IllegalArgumentException("memory of kind " + code);
        };
    }

    private static int checksum(ByteBuffer bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, length));
        return (int) crc.getValue();
    }

    private static KvTransferException malformed(@Nullable String what, RuntimeException cause) {
        return new KvTransferException(
                FailureKind.PROTOCOL, "read a descriptor", "no descriptor of a NIXL transport: " + what, cause);
    }
}
