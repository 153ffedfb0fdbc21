// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.simulation;

import dev.penstock.domain.pipe.SendListener;
import dev.penstock.ports.KvTransferException;
import java.util.ArrayList;
import java.util.List;

/** Counts what became of objects. */
public final class SendLog implements SendListener {
    private final List<KvTransferException> failures = new ArrayList<>();
    private int acks;
    private int releases;

    public int acks() {
        return acks;
    }

    public int releases() {
        return releases;
    }

    public List<KvTransferException> failures() {
        return failures;
    }

    @Override
    public void sourceReleased() {
        releases++;
    }

    @Override
    public void acknowledged() {
        acks++;
    }

    @Override
    public void failed(KvTransferException cause) {
        failures.add(cause);
    }
}
