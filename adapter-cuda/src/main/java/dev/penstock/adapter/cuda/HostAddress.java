// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import jcuda.Pointer;

/** An address of this process, as the driver takes it and as the number that it is. */
final class HostAddress extends Pointer {
    /** To be set by the driver. */
    HostAddress() {}

    HostAddress(long value) {
        super(value);
    }

    long value() {
        return getNativePointer() + getByteOffset();
    }
}
