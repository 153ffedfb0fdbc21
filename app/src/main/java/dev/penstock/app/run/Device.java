// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.run;

import dev.penstock.ports.memory.MemoryKind;
import java.util.OptionalInt;

/**
 * Where a run has its objects and rings.
 *
 * @param gpu the ordinal of a GPU, as CUDA counts those that CUDA_VISIBLE_DEVICES leaves; empty for the host's memory
 */
public record Device(OptionalInt gpu) {
    /** The host's memory. */
    public static final Device CPU = new Device(OptionalInt.empty());

    private static final String CPU_LABEL = "cpu";
    private static final String GPU_PREFIX = "cuda:";

    /** Checks the ordinal. */
    public Device {
        if (gpu.isPresent() && gpu.getAsInt() < 0) {
            throw new IllegalArgumentException("GPUs are counted from 0 on, not " + gpu.getAsInt());
        }
    }

    /**
     * The device of that name.
     *
     * @param text {@code cpu} or {@code cuda:N}
     * @throws IllegalArgumentException if it is neither
     */
    public static Device parse(String text) {
        if (text.equals(CPU_LABEL)) {
            return CPU;
        }
        if (text.startsWith(GPU_PREFIX)) {
            try {
                return new Device(OptionalInt.of(Integer.parseInt(text.substring(GPU_PREFIX.length()))));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + text + "' is no device: N of cuda:N is a number", e);
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no device; known are cpu and cuda:N");
    }

    /** The kind of its memory. */
    public MemoryKind memoryKind() {
        return gpu.isPresent() ? MemoryKind.CUDA : MemoryKind.HOST;
    }

    /** Its name on the command line. */
    public String label() {
        return gpu.isPresent() ? GPU_PREFIX + gpu.getAsInt() : CPU_LABEL;
    }

    @Override
    public String toString() {
        return label();
    }
}
