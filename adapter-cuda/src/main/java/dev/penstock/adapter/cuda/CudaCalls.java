// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import jcuda.driver.CUresult;

/** What the driver answers, as exceptions with CUDA's own names. */
final class CudaCalls {
    private CudaCalls() {}

    /**
     * Does nothing if a call succeeded.
     *
     * @param status the CUresult
     * @param call the driver's function
     * @param operation what it was called for
     * @throws KvTransferException of kind NATIVE with the status otherwise
     */
    static void check(int status, String call, String operation) {
        if (status != CUresult.CUDA_SUCCESS) {
            throw failure(FailureKind.NATIVE, status, call, operation, "");
        }
    }

    /** The failure of a call, with what to say behind CUDA's name for the status. */
    static KvTransferException failure(FailureKind kind, int status, String call, String operation, String more) {
        return new KvTransferException(
                kind,
                operation,
                call + " failed with " + CUresult.stringFor(status) + " (" + status + ")" + more,
                status,
                null);
    }
}
