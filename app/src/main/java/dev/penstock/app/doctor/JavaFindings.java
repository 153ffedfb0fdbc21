// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.doctor;

import java.lang.reflect.InvocationTargetException;
import java.util.List;

/** The Java that runs this. */
public final class JavaFindings {
    /** From here on Java calls native code by itself. */
    static final int FIRST_WITH_FFM = 22;

    private JavaFindings() {}

    /** Looks at this process. */
    public static List<Finding> look() {
        Runtime.Version version = Runtime.version();
        String text = System.getProperty("java.vm.name") + " " + version + " in " + System.getProperty("java.home");
        if (version.feature() < FIRST_WITH_FFM) {
            return List.of(Finding.note(
                    "Java",
                    text + ": NIXL is bound by JNI; Java " + FIRST_WITH_FFM
                            + " and newer bind it without code of our own (PENSTOCK_JAVA_HOME)"));
        }
        return List.of(
                Finding.ok("Java", text),
                nativeAccess()
                        ? Finding.ok("native access", "enabled for this program (--enable-native-access)")
                        : Finding.problem(
                                "native access",
                                "not enabled: start Java with --enable-native-access=ALL-UNNAMED, as ./penstock does"));
    }

    /** {@code Module.isNativeAccessEnabled} is of Java 22. */
    private static boolean nativeAccess() {
        try {
            return (boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(JavaFindings.class.getModule());
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }
}
