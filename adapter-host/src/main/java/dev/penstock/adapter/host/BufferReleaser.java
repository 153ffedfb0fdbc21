// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives the memory of direct and mapped buffers back at once.
 *
 * <p>A buffer gives its memory back when the garbage collector finds it unreachable. Blocks of many GiB can't wait for that:
 * the heap sees a few bytes of them and no reason to collect. Java 17 has one way to do it at once, {@code
 * sun.misc.Unsafe.invokeCleaner}. It is reached by reflection since javac warns of every mention of the class; where it is
 * missing, the garbage collector does the work.
 */
final class BufferReleaser {
    private static final @Nullable MethodHandle INVOKE_CLEANER = invokeCleaner();

    private BufferReleaser() {}

    /** Whether {@link #release} works at once. */
    static boolean immediate() {
        return INVOKE_CLEANER != null;
    }

    /** Gives back buffers that nobody uses any more, as they came from the JDK: neither slices nor duplicates. */
    static void release(List<ByteBuffer> buffers) {
        MethodHandle cleaner = INVOKE_CLEANER;
        if (cleaner == null) {
            return;
        }
        for (ByteBuffer buffer : buffers) {
            try {
                cleaner.invokeExact(buffer);
            } catch (Throwable e) {
                throw new IllegalStateException("a buffer could not be released", e);
            }
        }
    }

    private static @Nullable MethodHandle invokeCleaner() {
        try {
            Class<?> unsafe = Class.forName("sun.misc.Unsafe");
            Field instance = unsafe.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            return MethodHandles.lookup()
                    .findVirtual(unsafe, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
                    .bindTo(instance.get(null));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }
}
