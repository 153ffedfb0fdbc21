// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;

/**
 * Unmaps a file now. Java 17 has no other way than {@code sun.misc.Unsafe.invokeCleaner}: without it a block of several
 * GiB would stay until some garbage collection. Bound by name, since javac warns of the class in a way that can't be
 * suppressed.
 */
final class Unmapper {
    private static final MethodHandle INVOKE_CLEANER = invokeCleaner();

    private Unmapper() {}

    /**
     * Unmaps a buffer that {@link java.nio.channels.FileChannel#map} returned. It, and all views of it, must not be used
     * afterwards.
     */
    static void unmap(ByteBuffer mapped) {
        try {
            INVOKE_CLEANER.invokeExact(mapped);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("invokeCleaner declares no checked exception", e);
        }
    }

    private static MethodHandle invokeCleaner() {
        try {
            Class<?> unsafe = Class.forName("sun.misc.Unsafe");
            Field instance = unsafe.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            return MethodHandles.lookup()
                    .findVirtual(unsafe, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
                    .bindTo(instance.get(null));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the module jdk.unsupported is missing from this Java runtime", e);
        }
    }
}
