// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.memory;

import dev.penstock.ports.KvTransferException;

/**
 * Told when an asynchronous request has ended. Exactly one of the methods is called, exactly once, on the loop's thread,
 * from within the port's {@code poll} or {@code close}: never from within the call that submitted the request. It may
 * submit further requests, and free what the request used. It must not throw.
 */
public interface Completion {
    /** The request is done; its bytes are where they belong and its digests are set. */
    void completed();

    /** The request failed; the destination's contents are unspecified, but nothing writes there any more. */
    void failed(KvTransferException failure);
}
