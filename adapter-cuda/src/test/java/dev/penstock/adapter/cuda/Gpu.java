// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import dev.penstock.ports.memory.RegionIds;

/** The GPU that hardware tests use: {@code -Dpenstock.gpu=N}, the first one by default. */
final class Gpu {
    private Gpu() {}

    static CudaMemory memory() {
        return new CudaMemory(CudaDevice.open(Integer.getInteger("penstock.gpu", 0)), new RegionIds());
    }
}
