// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.adapter.cuda.CudaInventory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Which GPU the other process of a test uses. */
enum GpuPlacement {
    /** The one that the test itself uses. */
    SAME,
    /** Another one, which that one reaches. */
    OTHER;

    /** Whether the test's GPU reaches another one; a condition of JUnit's. */
    static boolean isThereAnother() {
        return another().isPresent();
    }

    private static OptionalInt another() {
        OptionalInt own = DeviceMemoryProvider.device().gpu();
        if (own.isEmpty()) {
            return OptionalInt.empty();
        }
        return CudaInventory.take().gpus().get(own.getAsInt()).peers().stream()
                .mapToInt(CudaInventory.Reach::ordinal)
                .findFirst();
    }

    /** Options of the other process's JVM. */
    List<String> jvmOptions(List<String> common) {
        List<String> options = new ArrayList<>(common);
        options.add("--enable-native-access=ALL-UNNAMED");
        options.add("-D" + DeviceMemoryProvider.PROPERTY + "="
                + switch (this) {
                    case SAME -> System.getProperty(DeviceMemoryProvider.PROPERTY, "0");
                    case OTHER -> Integer.toString(another().orElseThrow());
                });
        return options;
    }
}
