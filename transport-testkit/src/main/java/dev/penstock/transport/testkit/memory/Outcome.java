// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A completion that remembers how its request ended, and insists on being told once and at the right time. */
final class Outcome implements Completion {
    private final BooleanSupplier allowed;
    private final Runnable then;
    private boolean ended;
    private @Nullable KvTransferException failure;

    /**
     * Waits for a request to end.
     *
     * @param allowed whether a completion may be called now
     * @param then run when it has completed
     */
    Outcome(BooleanSupplier allowed, Runnable then) {
        this.allowed = allowed;
        this.then = then;
    }

    @Override
    public void completed() {
        end();
        then.run();
    }

    @Override
    public void failed(KvTransferException cause) {
        end();
        failure = cause;
    }

    private void end() {
        assertThat(allowed.getAsBoolean()).as("called from poll or close").isTrue();
        assertThat(ended).as("called before").isFalse();
        ended = true;
    }

    boolean ended() {
        return ended;
    }

    boolean succeeded() {
        return ended && failure == null;
    }

    @Nullable
    KvTransferException failure() {
        return failure;
    }
}
