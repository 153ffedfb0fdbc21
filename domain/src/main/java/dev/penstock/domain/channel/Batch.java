// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.channel;

import dev.penstock.domain.pipe.SendListener;
import dev.penstock.ports.KvTransferException;
import org.jspecify.annotations.Nullable;

/** Counts a batch's objects until all are settled. */
final class Batch implements SendListener {
    private final BatchListener listener;
    private int unsettled;
    private int failedObjects;
    private @Nullable KvTransferException first;

    Batch(int objects, BatchListener listener) {
        this.unsettled = objects;
        this.listener = listener;
    }

    @Override
    public void acknowledged() {
        settled();
    }

    @Override
    public void failed(KvTransferException cause) {
        failedObjects++;
        if (first == null) {
            first = cause;
        }
        settled();
    }

    private void settled() {
        if (--unsettled > 0) {
            return;
        }
        if (first == null) {
            listener.acknowledged();
        } else {
            listener.failed(failedObjects, first);
        }
    }
}
