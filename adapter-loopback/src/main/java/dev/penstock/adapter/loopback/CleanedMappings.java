// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Mappings that are undone by {@code sun.misc.Unsafe.invokeCleaner}, the one way that Java 17 to 21 have. Bound by name,
 * since javac warns of every mention of the class, and that can't be suppressed. A late access may crash the JVM.
 */
final class CleanedMappings implements Mappings {
    private static final MethodHandle INVOKE_CLEANER = invokeCleaner();

    /** As they came from the JDK: it cleans neither slices nor duplicates. */
    private final List<ByteBuffer> mappings = new ArrayList<>();

    @Override
    public ByteBuffer map(FileChannel file, long offsetBytes, long lengthBytes) throws IOException {
        ByteBuffer mapping = file.map(MapMode.READ_WRITE, offsetBytes, lengthBytes);
        mappings.add(mapping);
        return mapping;
    }

    @Override
    public void close() {
        for (ByteBuffer mapping : mappings) {
            try {
                INVOKE_CLEANER.invokeExact(mapping);
            } catch (Throwable e) {
                throw new IllegalStateException("a file could not be unmapped", e);
            }
        }
        mappings.clear();
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
            throw new LinkageError("the module jdk.unsupported is missing from this Java runtime", e);
        }
    }
}
