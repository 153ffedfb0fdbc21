// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import static java.lang.invoke.MethodType.methodType;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * Buffers that belong to a shared arena, as Java 22 and newer have it: closing it releases them, and a late access throws
 * instead of reading memory that is gone. Bound by name, since this module is compiled for Java 17.
 */
final class ArenaPages implements Pages {
    /** The first Java release with arenas. */
    static final int FIRST_RELEASE = 22;

    private static final MethodHandle OPEN;
    private static final MethodHandle ALLOCATE;
    private static final MethodHandle MAP;
    private static final MethodHandle CLOSE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            Class<?> arena = Class.forName("java.lang.foreign.Arena");
            Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
            MethodHandle asBuffer = lookup.findVirtual(segment, "asByteBuffer", methodType(ByteBuffer.class));
            OPEN = lookup.findStatic(arena, "ofShared", methodType(arena)).asType(methodType(Object.class));
            ALLOCATE = MethodHandles.filterReturnValue(
                            lookup.findVirtual(arena, "allocate", methodType(segment, long.class, long.class)),
                            asBuffer)
                    .asType(methodType(ByteBuffer.class, Object.class, long.class, long.class));
            MAP = MethodHandles.filterReturnValue(
                            lookup.findVirtual(
                                    FileChannel.class,
                                    "map",
                                    methodType(segment, MapMode.class, long.class, long.class, arena)),
                            asBuffer)
                    .asType(methodType(
                            ByteBuffer.class, FileChannel.class, MapMode.class, long.class, long.class, Object.class));
            CLOSE = lookup.findVirtual(arena, "close", methodType(void.class))
                    .asType(methodType(void.class, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this Java runtime has no arenas", e);
        }
    }

    private final Object arena;

    ArenaPages() {
        try {
            arena = (Object) OPEN.invokeExact();
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    @Override
    public ByteBuffer allocate(int lengthBytes) {
        try {
            return (ByteBuffer) ALLOCATE.invokeExact(arena, (long) lengthBytes, (long) ALIGNMENT_BYTES);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    @Override
    public ByteBuffer map(FileChannel file, long offsetBytes, int lengthBytes) throws IOException {
        try {
            return (ByteBuffer) MAP.invokeExact(file, MapMode.READ_WRITE, offsetBytes, (long) lengthBytes, arena);
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
