// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.simulation;

import dev.penstock.domain.pipe.SendListener;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.PagedChunk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One object of a simulated exchange, and all that became of it at both ends. */
final class SentObject implements SendListener {
    final int number;
    final int lengthBytes;
    final SimulatedNode sender;
    /** What its rows are like, if it has rows. */
    @Nullable
    PagedChunk rows;
    /** Whether its sender cuts it between rows alone. */
    boolean rowsStayWhole;

    final List<Runnable> onRelease = new ArrayList<>();
    boolean queued;
    boolean abandoned;
    boolean refused;
    int placed;
    int delivered;
    int dropped;
    boolean settledByReceiver;
    int acknowledged;
    int failed;
    int released;

    @Nullable
    KvTransferException failure;

    SentObject(int number, int lengthBytes, SimulatedNode sender) {
        this.number = number;
        this.lengthBytes = lengthBytes;
        this.sender = sender;
    }

    @Override
    public void sourceReleased() {
        sender.trace(() -> this + ": source released");
        released++;
        require(released == 1, "its source was released twice");
        onRelease.forEach(Runnable::run);
        onRelease.clear();
        sender.calledBack();
    }

    @Override
    public void acknowledged() {
        sender.trace(() -> this + ": acknowledged");
        acknowledged++;
        require(acknowledged + failed == 1, "was settled twice");
        require(delivered == 1, "was acknowledged and delivered " + delivered + " times");
        require(settledByReceiver, "was acknowledged before its receiver was done with it");
        sender.calledBack();
    }

    @Override
    public void failed(KvTransferException cause) {
        sender.trace(() -> this + ": failed, " + cause);
        failed++;
        failure = cause;
        require(acknowledged + failed == 1, "was settled twice");
        if (cause.kind() == FailureKind.CORRUPTED) {
            require(delivered == 0, "was rejected as corrupted and delivered");
        }
        sender.calledBack();
    }

    boolean settled() {
        return acknowledged + failed > 0;
    }

    void require(boolean truth, String what) {
        if (!truth) {
            throw new AssertionError(this + " " + what);
        }
    }

    @Override
    public String toString() {
        return "object " + number + " of " + lengthBytes + " bytes from " + sender;
    }
}
