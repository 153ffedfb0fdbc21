// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import jcuda.driver.CUdeviceptr;

/** An address that the GPU can use, as the driver takes it and as the number that it is. */
final class DeviceAddress extends CUdeviceptr {
    /** To be set by the driver. */
    DeviceAddress() {}

    /** A known address: JCuda has no way to say this but as an offset from 0. */
    DeviceAddress(long value) {
        super(new CUdeviceptr(), value);
    }

    long value() {
        return getNativePointer() + getByteOffset();
    }
}
