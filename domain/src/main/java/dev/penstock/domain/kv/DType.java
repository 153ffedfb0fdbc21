// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.kv;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The type of an object's elements, under the names that LMCache's cache keys use. */
public enum DType {
    /** 16-bit IEEE floating point. */
    HALF("half", 2, 1),
    /** The upper half of a 32-bit float. */
    BFLOAT16("bfloat16", 2, 2),
    /** 32-bit IEEE floating point. */
    FLOAT("float", 4, 3),
    /** 64-bit IEEE floating point. */
    DOUBLE("double", 8, 4),
    /** Signed byte. */
    INT8("int8", 1, 5),
    /** Unsigned byte; also the type of objects that are plain bytes. */
    UINT8("uint8", 1, 6),
    /** 16-bit integer. */
    INT16("int16", 2, 7),
    /** 32-bit integer. */
    INT32("int32", 4, 8),
    /** 64-bit integer. */
    INT64("int64", 8, 9),
    /** A byte that is 0 or 1. */
    BOOL("bool", 1, 10),
    /** 8-bit float, 4 bits of exponent, finite and NaN only. */
    FP8_E4M3FN("fp8_e4m3fn", 1, 11),
    /** 8-bit float, 4 bits of exponent, finite and NaN only, no negative zero. */
    FP8_E4M3FNUZ("fp8_e4m3fnuz", 1, 12),
    /** 8-bit float, 5 bits of exponent. */
    FP8_E5M2("fp8_e5m2", 1, 13),
    /** 8-bit float, 5 bits of exponent, finite and NaN only, no negative zero. */
    FP8_E5M2FNUZ("fp8_e5m2fnuz", 1, 14);

    /** Other spellings that people use, from PyTorch and from inference engines' options. */
    private static final Map<String, DType> ALIASES = Map.of(
            "bf16", BFLOAT16,
            "fp16", HALF,
            "float16", HALF,
            "fp32", FLOAT,
            "float32", FLOAT,
            "fp64", DOUBLE,
            "float64", DOUBLE);

    private static final Map<String, DType> BY_NAME = new HashMap<>(ALIASES);
    private static final @Nullable DType[] BY_CODE = new DType[values().length + 1];

    static {
        for (DType dtype : values()) {
            BY_NAME.put(dtype.label, dtype);
            BY_CODE[dtype.code] = dtype;
        }
    }

    private final String label;
    private final int bytes;
    private final int code;

    DType(String label, int bytes, int code) {
        this.label = label;
        this.bytes = bytes;
        this.code = code;
    }

    /** The name in keys, in terms and on the command line. */
    public String label() {
        return label;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** The number on the wire, 1 to 255. Never changes its meaning. */
    public int code() {
        return code;
    }

    /**
     * The type with that number.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static DType ofCode(int code) {
        DType dtype = code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
        if (dtype == null) {
            throw new IllegalArgumentException("no element type has the code " + code);
        }
        return dtype;
    }

    /**
     * The type of that name, in any case; {@code bf16}, {@code fp16}, {@code float16} and their like mean what people
     * expect.
     *
     * @throws IllegalArgumentException listing the names, if it is none of them
     */
    public static DType parse(String name) {
        DType dtype = BY_NAME.get(name.toLowerCase(Locale.ROOT));
        if (dtype == null) {
            throw new IllegalArgumentException("'" + name + "' is no element type; known are "
                    + Arrays.stream(values()).map(DType::label).collect(Collectors.joining(", ")));
        }
        return dtype;
    }

    @Override
    public String toString() {
        return label;
    }
}
