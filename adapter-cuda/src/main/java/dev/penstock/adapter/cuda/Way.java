// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

/** Where a request moves bytes: each way over the bus has an engine of its own, beside the GPU's processors. */
enum Way {
    /** Within the GPU, or by its processors. */
    WITHIN,
    /** From the GPU to the host. */
    TO_HOST,
    /** From the host to the GPU. */
    FROM_HOST
}
