// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.KvTransferException;

/** Learns what a link does. One of the two is called, once, on the loop's thread. */
public interface LinkListener {
    /** The link was measured; objects are sent from here on. */
    void measured(LinkReport report);

    /** The session failed before that. */
    void failed(KvTransferException cause);
}
