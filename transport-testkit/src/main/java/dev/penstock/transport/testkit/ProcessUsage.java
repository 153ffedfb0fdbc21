// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What this process holds of the system's things.
 *
 * @param openFiles open file descriptors
 * @param mappings mapped ranges of memory
 * @param heapBytes bytes on the heap after a garbage collection
 */
record ProcessUsage(long openFiles, long mappings, long heapBytes) {
    private static final int COLLECTIONS = 3;

    static ProcessUsage now() throws IOException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        try (var files = Files.list(Path.of("/proc/self/fd"));
                var maps = Files.lines(Path.of("/proc/self/maps"))) {
            return new ProcessUsage(files.count(), maps.count(), heap);
        }
    }

    static ProcessUsage parse(String text) {
        long[] numbers =
                Arrays.stream(text.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        return new ProcessUsage(numbers[0], numbers[1], numbers[2]);
    }

    /** In the form that {@link #parse} reads. */
    @Override
    public String toString() {
        return openFiles + " " + mappings + " " + heapBytes;
    }
}
