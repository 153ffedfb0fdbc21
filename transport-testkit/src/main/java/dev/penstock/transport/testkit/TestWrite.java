// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import org.jspecify.annotations.Nullable;

/** The completion of a write under test: remembers how it ended and finds calls that should not be. */
final class TestWrite implements Completion {
    private final TestNode node;
    private boolean completed;
    private @Nullable KvTransferException failure;

    TestWrite(TestNode node) {
        this.node = node;
    }

    @Override
    public void completed() {
        end();
        completed = true;
    }

    @Override
    public void failed(KvTransferException cause) {
        end();
        failure = cause;
    }

    private void end() {
        if (isEnded()) {
            node.violated("a completion was called twice");
        }
        node.reported();
    }

    boolean isEnded() {
        return completed || failure != null;
    }

    boolean isCompleted() {
        return completed;
    }

    @Nullable
    KvTransferException failure() {
        return failure;
    }

    @Override
    public String toString() {
        return completed ? "completed" : failure == null ? "under way" : failure.toString();
    }
}
