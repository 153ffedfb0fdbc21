// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks;

import dev.penstock.domain.pipe.SendListener;
import dev.penstock.ports.KvTransferException;

/** Counts the objects of a benchmark that are acknowledged, and ends it if one fails. */
final class AckCount implements SendListener {
    private int acknowledged;

    void reset() {
        acknowledged = 0;
    }

    int count() {
        return acknowledged;
    }

    @Override
    public void acknowledged() {
        acknowledged++;
    }

    @Override
    public void failed(KvTransferException cause) {
        throw new IllegalStateException(cause);
    }
}
