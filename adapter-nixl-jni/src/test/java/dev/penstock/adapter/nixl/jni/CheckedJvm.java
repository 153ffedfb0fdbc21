// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.jni;

import java.util.ArrayList;
import java.util.List;

/** How the other process of a test is started: checked by {@code -Xcheck:jni} as the tests' own is. */
final class CheckedJvm {
    private CheckedJvm() {}

    static List<String> options() {
        List<String> options = new ArrayList<>();
        if (Runtime.version().feature() >= 22) {
            options.add("--enable-native-access=ALL-UNNAMED");
        }
        // The build passes on what it gave the tests' own JVM.
        String checks = System.getProperty("penstock.test.args", "");
        if (!checks.isBlank()) {
            options.addAll(List.of(checks.strip().split("\\s+", -1)));
        }
        return options;
    }
}
