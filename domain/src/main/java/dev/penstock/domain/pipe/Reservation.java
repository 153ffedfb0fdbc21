// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.memory.Span;
import org.jspecify.annotations.Nullable;

/**
 * Space for one object in the ring, into which its owner writes the bytes: no copy.
 *
 * <p>Between {@link Listener#ready} and {@link #commit} or {@link #abandon} the owner may write the span, from any thread;
 * the methods here belong to the loop's thread. Objects that follow wait behind this one at the receiver, so that an
 * owner should not keep it open longer than it takes to write.
 */
public final class Reservation {
    /** Told when there is room. */
    @FunctionalInterface
    public interface Listener {
        /** The span may be written now. Called once, from the loop's step. Not called if the session fails before. */
        void ready(Reservation reservation);
    }

    private final PipeSender pipe;
    private final Listener listener;
    private @Nullable Span span;
    private @Nullable Flight flight;
    private @Nullable OutgoingObject object;
    private boolean done;

    Reservation(PipeSender pipe, Listener listener) {
        this.pipe = pipe;
        this.listener = listener;
    }

    /**
     * Where to write.
     *
     * @throws IllegalStateException if there is no room yet
     */
    public Span span() {
        if (span == null) {
            throw new IllegalStateException("the reservation has no room yet");
        }
        return span;
    }

    /**
     * The bytes are written: the object may go.
     *
     * @throws IllegalStateException if there was no room yet, or it was committed or abandoned before
     */
    public void commit() {
        finish(false);
    }

    /**
     * The owner gives the object up: the receiver drops it, and its {@link SendListener} is told a failure of kind CLOSED.
     *
     * @throws IllegalStateException as for {@link #commit}
     */
    public void abandon() {
        finish(true);
    }

    /** Whether it was committed or abandoned. */
    public boolean finished() {
        return done;
    }

    private void finish(boolean abandoned) {
        Flight in = flight;
        OutgoingObject of = object;
        if (in == null || of == null || done) {
            throw new IllegalStateException(
                    done ? "the reservation was finished before" : "the reservation has no room yet");
        }
        done = true;
        pipe.reservationDone(of, in, abandoned);
    }

    void place(Span room, Flight in, OutgoingObject of) {
        span = room;
        flight = in;
        object = of;
    }

    void tellOwner() {
        listener.ready(this);
    }
}
