// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Space for one object in the ring, into which its owner writes the bytes: no copy.
 *
 * <p>Between {@link Listener#ready} and {@link #commit} or {@link #abandon} the owner may write the spans, from any thread;
 * the methods here belong to the loop's thread. Objects that follow wait behind this one at the receiver, so that an
 * owner should not keep it open longer than it takes to write.
 */
public final class Reservation {
    /** Told when there is room. */
    @FunctionalInterface
    public interface Listener {
        /** The spans may be written now. Called once, from the loop's step. Not called if the session fails before. */
        void ready(Reservation reservation);
    }

    private final Listener listener;
    private final PipeSender pipe;
    private final List<Span> spans = new ArrayList<>(1);
    private final List<Flight> flights = new ArrayList<>(1);
    private boolean ready;
    private boolean done;

    Reservation(PipeSender pipe, Listener listener) {
        this.pipe = pipe;
        this.listener = listener;
    }

    /** Where to write, in order; more than one only for an object that is longer than a page. */
    public List<Span> spans() {
        return Collections.unmodifiableList(spans);
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

    private void finish(boolean abandoned) {
        if (!ready || done) {
            throw new IllegalStateException(done ? "the reservation was finished before" : "the reservation has no room yet");
        }
        done = true;
        pipe.reservationDone(this, abandoned);
    }

    void addPiece(Span span, Flight flight) {
        Span last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
        if (last != null && last.region().equals(span.region()) && last.endBytes() == span.offsetBytes()) {
            spans.set(spans.size() - 1, new Span(last.region(), last.offsetBytes(), last.lengthBytes() + span.lengthBytes()));
        } else {
            spans.add(span);
        }
        flights.add(flight);
    }

    List<Flight> flights() {
        return flights;
    }

    void becomeReady() {
        ready = true;
        listener.ready(this);
    }
}
