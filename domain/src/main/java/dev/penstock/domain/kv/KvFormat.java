// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.kv;

import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The axis order of an object: LMCache's memory formats under their names and numbers, and Penstock's own. The letters of a
 * name are the axes from the outermost: 2 for keys and values, L layers, T tokens, D hidden size.
 */
public enum KvFormat {
    /** Nothing is said about the axes. */
    UNDEFINED(0),
    /** {@code [2][layers][tokens][hidden]}. */
    KV_2LTD(1, 2),
    /** {@code [tokens][2][hidden]}, one layer. */
    KV_T2D(2, 0),
    /** {@code [2][tokens][hidden]}, one layer. */
    KV_2TD(3, 1),
    /** Bytes in a form of their own, such as a compressed object. */
    BINARY(4),
    /** Like {@link #BINARY}; in LMCache the bytes lie in a buffer of the allocator. */
    BINARY_BUFFER(5),
    /** {@code [1][layers][tokens][hidden]}: keys and values share one latent plane. */
    KV_MLA_FMT(6, 2),
    /** {@code [tokens][hidden]} of an encoder's cache. */
    EC_TD(7, 0),
    /** {@code [tokens][hidden]} of hidden states. */
    HS_TD(8, 0),
    /** {@code [layers][2][tokens][hidden]}: Penstock's own. The code leaves LMCache room to grow. */
    KV_L2TD(64, 2);

    private final int code;
    private final OptionalInt tokenDimension;

    KvFormat(int code) {
        this.code = code;
        this.tokenDimension = OptionalInt.empty();
    }

    KvFormat(int code, int tokenDimension) {
        this.code = code;
        this.tokenDimension = OptionalInt.of(tokenDimension);
    }

    /** The number on the wire, 0 to 255; LMCache's own where it has the format. Never changes its meaning. */
    public int code() {
        return code;
    }

    /**
     * The index of the tokens' axis, or empty if there is none. It follows the format's name; LMCache's own function has
     * answered differently for {@link #KV_T2D} and {@link #KV_2TD} in some versions.
     */
    public OptionalInt tokenDimension() {
        return tokenDimension;
    }

    /**
     * The format with that number.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static KvFormat ofCode(int code) {
        return switch (code) {
            case 0 -> UNDEFINED;
            case 1 -> KV_2LTD;
            case 2 -> KV_T2D;
            case 3 -> KV_2TD;
            case 4 -> BINARY;
            case 5 -> BINARY_BUFFER;
            case 6 -> KV_MLA_FMT;
            case 7 -> EC_TD;
            case 8 -> HS_TD;
            case 64 -> KV_L2TD;
            default -> throw new IllegalArgumentException("no format has the code " + code);
        };
    }

    /**
     * The format of that name, in any case.
     *
     * @throws IllegalArgumentException listing the names, if it is none of them
     */
    public static KvFormat parse(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        for (KvFormat format : values()) {
            if (format.name().equals(upper)) {
                return format;
            }
        }
        throw new IllegalArgumentException("'" + name + "' is no format; known are "
                + Arrays.stream(values()).map(KvFormat::name).collect(Collectors.joining(", ")));
    }
}
