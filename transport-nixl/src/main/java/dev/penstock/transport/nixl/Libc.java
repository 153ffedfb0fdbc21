// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import java.nio.ByteBuffer;

/**
 * The functions of libc that go with NIXL, and the way between Java's buffers and addresses. As with {@link NixlApi}, each
 * method is the C function of the same name, pointers and sizes are {@code long}, 64-bit Linux alone; nothing is checked: a
 * wrong address kills the process. Any thread may call.
 */
public interface Libc {
    /**
     * Sets a variable in the process's environment, which Java can't. Neither {@link System#getenv} nor child processes see
     * it.
     *
     * {@snippet lang=c :
     * int setenv(const char* name, const char* value, int overwrite); // stdlib.h
     * }
     *
     * @return 0, or -1
     */
    int setenv(long name, long value, int overwrite);

    /**
     * Gives back memory that NIXL allocated for its caller.
     *
     * {@snippet lang=c :
     * void free(void* ptr); // stdlib.h
     * }
     */
    void free(long address);

    /**
     * Copies bytes.
     *
     * {@snippet lang=c :
     * void* memcpy(void* dest, const void* src, size_t n); // string.h
     * }
     */
    void memcpy(long to, long from, long lengthBytes);

    /**
     * How many bytes stand before the NUL.
     *
     * {@snippet lang=c :
     * size_t strlen(const char* s); // string.h
     * }
     */
    long strlen(long string);

    /**
     * Maps memory.
     *
     * {@snippet lang=c :
     * void* mmap(void* addr, size_t length, int prot, int flags, int fd, off_t offset); // sys/mman.h
     * }
     *
     * @return the address, or the negative {@code errno}
     */
    long mmap(long address, long lengthBytes, int protection, int flags, int file, long offset);

    /**
     * Unmaps memory.
     *
     * {@snippet lang=c :
     * int munmap(void* addr, size_t length); // sys/mman.h
     * }
     *
     * @return 0, or the negative {@code errno}
     */
    int munmap(long address, long lengthBytes);

    /**
     * Says how memory will be used.
     *
     * {@snippet lang=c :
     * int madvise(void* addr, size_t length, int advice); // sys/mman.h
     * }
     *
     * @return 0, or the negative {@code errno}
     */
    int madvise(long address, long lengthBytes, int advice);

    /**
     * Native memory as a buffer, which doesn't own it: a use after the memory is gone kills the process.
     *
     * @param lengthBytes at most 1 GiB
     */
    ByteBuffer view(long address, int lengthBytes);

    /** Where a direct buffer's first byte, not its position, stands. The caller keeps the buffer reachable. */
    long addressOf(ByteBuffer direct);
}
