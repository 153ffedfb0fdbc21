// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The restricted operations of this module: all that needs {@code --enable-native-access} is here. */
@SuppressWarnings("restricted")
final class NativeCode {
    private static final Linker LINKER = Linker.nativeLinker();
    private static volatile @Nullable SymbolLookup nixl;

    private NativeCode() {}

    /** Whether this module may do what is here. */
    static boolean isAllowed() {
        return NativeCode.class.getModule().isNativeAccessEnabled();
    }

    /**
     * Loads NIXL's library for the life of the process: libucs can't be unloaded.
     *
     * @throws UnsatisfiedLinkError if it can't be loaded
     */
    static void openNixl(Path library) {
        nixl = open(library);
    }

    /**
     * Loads a library for the life of the process.
     *
     * @throws UnsatisfiedLinkError if it can't be loaded
     */
    static SymbolLookup open(Path library) {
        try {
            return SymbolLookup.libraryLookup(library, Arena.global());
        } catch (IllegalArgumentException e) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError(
                    library + " can't be loaded: it, or a library that it needs, is missing or broken ('ldd " + library
                            + "' shows which)");
            error.initCause(e);
            throw error;
        }
    }

    /**
     * A function of NIXL's.
     *
     * @throws UnsatisfiedLinkError if the library has none of that name
     */
    static MethodHandle nixl(String name, FunctionDescriptor type) {
        return function(Objects.requireNonNull(nixl, "NIXL is open"), name, type);
    }

    /**
     * A function of libc's.
     *
     * @throws UnsatisfiedLinkError if there is none of that name
     */
    static MethodHandle libc(String name, FunctionDescriptor type, Linker.Option... options) {
        return function(LINKER.defaultLookup(), name, type, options);
    }

    /**
     * A function of a library.
     *
     * @throws UnsatisfiedLinkError if the library has none of that name
     */
    static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor type, Linker.Option... options) {
        MemorySegment symbol = library.find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the library has no function " + name
                        + ": it is of another version than the one this binding is for"));
        return LINKER.downcallHandle(symbol, type, options);
    }

    /** Native memory that somebody else owns. */
    static MemorySegment memory(long address, long lengthBytes) {
        return MemorySegment.ofAddress(address).reinterpret(lengthBytes);
    }
}
