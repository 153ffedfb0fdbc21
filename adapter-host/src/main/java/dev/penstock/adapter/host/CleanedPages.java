// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.host;

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
 * Buffers that are released by {@code sun.misc.Unsafe.invokeCleaner}, the one way that Java 17 to 21 have. Bound by name,
 * since javac warns of every mention of the class, and that can't be suppressed. A late access may crash the JVM.
 */
final class CleanedPages implements Pages {
    private static final MethodHandle INVOKE_CLEANER = invokeCleaner();

    /** As they came from the JDK: of slices and duplicates nothing can be released. */
    private final List<ByteBuffer> buffers = new ArrayList<>();

    @Override
    public ByteBuffer allocate(int lengthBytes) {
        ByteBuffer whole = ByteBuffer.allocateDirect(lengthBytes + ALIGNMENT_BYTES);
        buffers.add(whole);
        return whole.slice(ALIGNMENT_BYTES - whole.alignmentOffset(0, ALIGNMENT_BYTES), lengthBytes);
    }

    @Override
    public ByteBuffer map(FileChannel file, long offsetBytes, int lengthBytes) throws IOException {
        ByteBuffer mapping = file.map(MapMode.READ_WRITE, offsetBytes, lengthBytes);
        buffers.add(mapping);
        return mapping;
    }

    @Override
    public void close() {
        for (ByteBuffer buffer : buffers) {
            try {
                INVOKE_CLEANER.invokeExact(buffer);
            } catch (Throwable e) {
                throw new IllegalStateException("a buffer could not be released", e);
            }
        }
        buffers.clear();
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
