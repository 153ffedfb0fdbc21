// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.domain.session.BackendReplyListener;
import dev.penstock.ports.KvTransferException;
import java.util.Arrays;
import java.util.List;

/** Puts the answers to the parts of a question together. */
final class AllReplies {
    private final Boolean[] hits;
    private final BackendReplyListener listener;
    private int missing;
    private boolean failed;

    AllReplies(int keys, int parts, BackendReplyListener listener) {
        this.hits = new Boolean[keys];
        this.missing = parts;
        this.listener = listener;
    }

    /** To be told the answer to the part whose first key is the question's key {@code from}. */
    BackendReplyListener part(int from) {
        return new BackendReplyListener() {
            @Override
            public void replied(List<Boolean> ofPart) {
                for (int i = 0; i < ofPart.size(); i++) {
                    hits[from + i] = ofPart.get(i);
                }
                if (--missing == 0 && !failed) {
                    listener.replied(Arrays.asList(hits));
                }
            }

            @Override
            public void failed(KvTransferException cause) {
                if (!failed) {
                    failed = true;
                    listener.failed(cause);
                }
            }
        };
    }
}
