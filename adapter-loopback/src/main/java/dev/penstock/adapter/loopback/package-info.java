// SPDX-License-Identifier: Apache-2.0
/**
 * Transport over shared memory of one host: two processes, or two transports of one process.
 *
 * <p>On disk, under {@code /dev/shm} or another shared directory:
 *
 * <pre>{@code
 * penstock-<user>/                     mode 0700
 *   <name>~<process>~<nonce>/          one endpoint; never the same name again
 *     lock                             locked by its process for the endpoint's life
 *     state                            open or closed
 *     region-<n>                       a block of host memory
 *     inbox-<name>~<process>~<nonce>   the mailbox that one other endpoint writes and this one reads
 * }</pre>
 *
 * <p>Whichever of two endpoints connects first creates both mailboxes, so either order works and messages wait for the side
 * that connects later.
 */
@NullMarked
package dev.penstock.adapter.loopback;

import org.jspecify.annotations.NullMarked;
