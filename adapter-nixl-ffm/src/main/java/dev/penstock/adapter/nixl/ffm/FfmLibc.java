// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.ffm;

import dev.penstock.transport.nixl.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** libc by the foreign function and memory API: one method, one downcall. */
class FfmLibc implements Libc {
    @Override
    public int setenv(long name, long value, int overwrite) {
        try {
            return (int) LibcSymbols.SETENV.invokeExact(name, value, overwrite);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public void free(long address) {
        try {
            LibcSymbols.FREE.invokeExact(address);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public void memcpy(long to, long from, long lengthBytes) {
        try {
            long ignored = (long) LibcSymbols.MEMCPY.invokeExact(to, from, lengthBytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public long strlen(long string) {
        try {
            return (long) LibcSymbols.STRLEN.invokeExact(string);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public long mmap(long address, long lengthBytes, int protection, int flags, int file, long offset) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(LibcSymbols.CALL_STATE);
            long result =
                    (long) LibcSymbols.MMAP.invokeExact(state, address, lengthBytes, protection, flags, file, offset);
            return result == LibcSymbols.MAP_FAILED ? -LibcSymbols.errno(state) : result;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int munmap(long address, long lengthBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(LibcSymbols.CALL_STATE);
            int result = (int) LibcSymbols.MUNMAP.invokeExact(state, address, lengthBytes);
            return result == 0 ? 0 : -LibcSymbols.errno(state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int madvise(long address, long lengthBytes, int advice) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(LibcSymbols.CALL_STATE);
            int result = (int) LibcSymbols.MADVISE.invokeExact(state, address, lengthBytes, advice);
            return result == 0 ? 0 : -LibcSymbols.errno(state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public ByteBuffer view(long address, int lengthBytes) {
        return NativeCode.memory(address, lengthBytes).asByteBuffer();
    }

    @Override
    public long addressOf(ByteBuffer direct) {
        return MemorySegment.ofBuffer(direct.duplicate().clear()).address();
    }

    /** A downcall throws nothing but what the JVM itself throws: the stack or the memory is at its end. */
    static IllegalStateException unexpected(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("a downcall failed", cause);
    }
}
