// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;

/** Makes the failure that a malformed message is. */
final class WireFailure {
    private WireFailure() {}

    static KvTransferException of(String what) {
        return new KvTransferException(FailureKind.PROTOCOL, "read a notification", "malformed notification: " + what);
    }
}
