// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.channel;

import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvFormat;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An object's metadata as its header: docs/protocol.md, section 4. */
public final class ObjectMetaCodec {
    private ObjectMetaCodec() {}

    /** The header of an object. */
    public static byte[] encode(ObjectMeta meta) {
        byte[] key = meta.key().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(key.length + 24);
        out.write(meta.dtype().code());
        out.write(meta.format().code());
        out.write(meta.shape().rank());
        for (int axis = 0; axis < meta.shape().rank(); axis++) {
            putVarint(out, meta.shape().size(axis));
        }
        putVarint(out, meta.tokens());
        out.write(key, 0, key.length);
        return out.toByteArray();
    }

    /**
     * The metadata in a header.
     *
     * @param lengthBytes how long the object is, which must fit the metadata
     * @throws KvTransferException of kind PROTOCOL if the header is malformed
     */
    public static ObjectMeta decode(byte[] header, long lengthBytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(header);
            DType dtype = DType.ofCode(unsignedByte(in));
            KvFormat format = KvFormat.ofCode(unsignedByte(in));
            int rank = unsignedByte(in);
            if (rank < 1 || rank > KvShape.MAX_RANK) {
                throw new IllegalArgumentException("rank " + rank);
            }
            List<Integer> sizes = new ArrayList<>(rank);
            for (int axis = 0; axis < rank; axis++) {
                sizes.add(varint(in));
            }
            int tokens = varint(in);
            String key = StandardCharsets.UTF_8.newDecoder().decode(in).toString();
            ObjectMeta meta = new ObjectMeta(key, new KvShape(sizes), dtype, format, tokens);
            if (meta.lengthBytes() != lengthBytes) {
                throw new IllegalArgumentException(
                        "an object of " + lengthBytes + " bytes with shape " + meta.shape() + " of " + dtype.label());
            }
            return meta;
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL, "read an object's header", "malformed object header: " + e.getMessage(), e);
        }
    }

    private static void putVarint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest >= 0x80) {
            out.write(rest | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static int varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int next = unsignedByte(in);
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                if (value > Integer.MAX_VALUE) {
                    break;
                }
                return (int) value;
            }
        }
        throw new IllegalArgumentException("a number above 2^31 - 1");
    }

    private static int unsignedByte(ByteBuffer in) {
        if (!in.hasRemaining()) {
            throw new IllegalArgumentException("it is cut off");
        }
        return in.get() & 0xFF;
    }
}
