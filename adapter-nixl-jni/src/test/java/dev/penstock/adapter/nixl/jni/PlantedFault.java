// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.jni;

import java.nio.file.Path;

/** A program that uses JNI rightly or wrongly: native/jni/test, which the build compiled. */
final class PlantedFault {
    static final Path LIBRARY = Path.of("target", "native", "libplanted_fault.so");

    private static int calls;

    private PlantedFault() {}

    /** Calls {@link #called} twice, with a look for exceptions in between or without. */
    private static native void call(boolean carefully);

    /** Called by C. */
    @SuppressWarnings("unused")
    private static void called() {
        calls++;
    }

    /** The argument says whether to be careful. Ends with 0 if both calls came. */
    public static void main(String[] arguments) {
        System.load(LIBRARY.toAbsolutePath().toString());
        call(Boolean.parseBoolean(arguments[0]));
        System.exit(calls == 2 ? 0 : 1);
    }
}
