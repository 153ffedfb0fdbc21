// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import static java.lang.invoke.MethodType.methodType;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * Mappings that belong to a shared arena, as Java 22 and newer have it: an access after the arena was closed throws. Bound
 * by name, since this module is compiled for Java 17.
 */
final class ArenaMappings implements Mappings {
    /** The first Java release with arenas. */
    static final int FIRST_RELEASE = 22;

    private static final MethodHandle OPEN;
    private static final MethodHandle MAP;
    private static final MethodHandle CLOSE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            Class<?> arena = Class.forName("java.lang.foreign.Arena");
            Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
            OPEN = lookup.findStatic(arena, "ofShared", methodType(arena)).asType(methodType(Object.class));
            MAP = MethodHandles.filterReturnValue(
                            lookup.findVirtual(
                                    FileChannel.class,
                                    "map",
                                    methodType(segment, MapMode.class, long.class, long.class, arena)),
                            lookup.findVirtual(segment, "asByteBuffer", methodType(ByteBuffer.class)))
                    .asType(methodType(
                            ByteBuffer.class, FileChannel.class, MapMode.class, long.class, long.class, Object.class));
            CLOSE = lookup.findVirtual(arena, "close", methodType(void.class))
                    .asType(methodType(void.class, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this Java runtime has no arenas", e);
        }
    }

    private final Object arena;

    ArenaMappings() {
        try {
            arena = (Object) OPEN.invokeExact();
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    @Override
    public ByteBuffer map(FileChannel file, long offsetBytes, long lengthBytes) throws IOException {
        try {
            return (ByteBuffer) MAP.invokeExact(file, MapMode.READ_WRITE, offsetBytes, lengthBytes, arena);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    @Override
    public void close() {
        try {
            CLOSE.invokeExact(arena);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** What the methods behind the handles throw; they declare no other checked exception. */
    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown);
    }
}
