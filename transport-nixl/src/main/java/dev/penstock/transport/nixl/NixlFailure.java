// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;

/** Makes exceptions of NIXL's statuses. */
final class NixlFailure {
    private NixlFailure() {}

    /** What NIXL answered, and why that may be. NIXL tells details to standard error alone. */
    static KvTransferException of(FailureKind kind, String operation, int status, String explanation) {
        return new KvTransferException(
                kind, operation, "NIXL answered " + NixlAbi.statusName(status) + ": " + explanation, status, null);
    }

    /**
     * Nothing, where the status is a success.
     *
     * @throws KvTransferException of kind NATIVE where it isn't
     */
    static void check(int status, String operation) {
        if (status != NixlAbi.SUCCESS) {
            throw of(
                    FailureKind.NATIVE,
                    operation,
                    status,
                    "NIXL_LOG_LEVEL=DEBUG and UCX_LOG_LEVEL=info in the environment make it say why");
        }
    }
}
