// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.channel;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.pipe.Reservation;
import dev.penstock.domain.pipe.SendListener;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import org.jspecify.annotations.Nullable;

/** An object that is written in the ring: keeps a filler that throws from harming the loop that called it. */
final class FilledObject implements Reservation.Listener, SendListener {
    private final ObjectMeta meta;
    private final ObjectFiller filler;
    private final SendListener listener;
    private @Nullable RuntimeException thrown;

    FilledObject(ObjectMeta meta, ObjectFiller filler, SendListener listener) {
        this.meta = meta;
        this.filler = filler;
        this.listener = listener;
    }

    @Override
    public void ready(Reservation room) {
        try {
            filler.fill(meta, room);
        } catch (RuntimeException e) {
            thrown = e;
            if (!room.finished()) {
                room.abandon();
            }
        }
    }

    @Override
    public void sourceReleased() {
        listener.sourceReleased();
    }

    @Override
    public void acknowledged() {
        if (thrown == null) {
            listener.acknowledged();
        } else {
            // It was committed first and so has arrived; but whoever throws can't count on what was written.
            listener.failed(fillFailure(thrown));
        }
    }

    @Override
    public void failed(KvTransferException cause) {
        listener.failed(thrown == null ? cause : fillFailure(thrown));
    }

    private KvTransferException fillFailure(RuntimeException cause) {
        return new KvTransferException(
                FailureKind.CLOSED, "fill an object", "whoever fills " + meta.key() + " threw: " + cause, cause);
    }
}
