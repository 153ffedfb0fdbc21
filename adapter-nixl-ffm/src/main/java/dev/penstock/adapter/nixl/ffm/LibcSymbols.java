// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.ffm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The functions of libc that go with NIXL. Their prototypes stand at {@link dev.penstock.transport.nixl.Libc}. */
final class LibcSymbols {
    /** {@code MAP_FAILED}. */
    static final long MAP_FAILED = -1;

    /** Where {@code errno} is kept, before the JVM can change it. */
    static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();

    static final MethodHandle SETENV =
            NativeCode.libc("setenv", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    static final MethodHandle FREE = NativeCode.libc("free", FunctionDescriptor.ofVoid(JAVA_LONG));
    static final MethodHandle MEMCPY =
            NativeCode.libc("memcpy", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    static final MethodHandle STRLEN = NativeCode.libc("strlen", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    static final MethodHandle MMAP = NativeCode.libc(
            "mmap",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
            Linker.Option.captureCallState("errno"));
    static final MethodHandle MUNMAP = NativeCode.libc(
            "munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG), Linker.Option.captureCallState("errno"));
    static final MethodHandle MADVISE = NativeCode.libc(
            "madvise",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT),
            Linker.Option.captureCallState("errno"));

    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private LibcSymbols() {}

    /** The error of the call that was just made. */
    static int errno(MemorySegment callState) {
        return (int) ERRNO.get(callState, 0L);
    }
}
