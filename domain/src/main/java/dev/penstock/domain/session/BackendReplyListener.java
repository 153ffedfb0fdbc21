// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.ports.KvTransferException;
import java.util.List;

/** Told the answer to a call to the peer's store: exactly one method, once, on the loop's thread. */
public interface BackendReplyListener {
    /** For each key of the call whether it was there. */
    void replied(List<Boolean> hits);

    /** There will be no answer. */
    void failed(KvTransferException cause);
}
