// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.PartStage;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.transport.Peer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The parts of a sender: filled in any order, written in the order of their sequence, used again when that is terminal. */
final class FlightLine {
    private final PipeConfig config;
    private final PipePorts ports;
    private final Peer peer;
    private final long epoch;
    private final SenderSlots slots;

    private final ArrayDeque<Flight> free = new ArrayDeque<>();
    /** In the order of their sequence, until they are posted. */
    private final ArrayDeque<Flight> sealed = new ArrayDeque<>();

    private int filling;
    private int posted;
    private long bytesUnderWay;
    private long nextSequence = 1;
    private long postedThrough;
    private long progress;
    private boolean broken;
    private @Nullable KvTransferException failure;

    FlightLine(PipeConfig config, PipePorts ports, Peer peer, long epoch, SenderSlots slots) {
        this.config = config;
        this.ports = ports;
        this.peer = peer;
        this.epoch = epoch;
        this.slots = slots;
        // One to collect pieces while as many as may be under way are.
        for (int i = 0; i < config.depth() + 1; i++) {
            free.add(new Flight(this, ports.transport().maxSegments(), epoch, config.digest()));
        }
    }

    boolean hasFree() {
        return !free.isEmpty();
    }

    /** A free flight for a part that begins at an offset of a page, to be filled in the slot. */
    Flight open(int slot, int page, long pageOffset) {
        Flight flight = free.pop();
        // Only one is open at a time: this will be its number.
        flight.open(nextSequence, slot, page, pageOffset);
        slots.retain(slot);
        tell(PartStage.OPENED, nextSequence, 0);
        return flight;
    }

    /** The flight gets no further pieces: it is filled and written as soon as it can be. */
    void seal(Flight flight) {
        flight.seal();
        nextSequence++;
        sealed.add(flight);
        bytesUnderWay += flight.lengthBytes();
        tell(PartStage.SEALED, flight);
    }

    private void tell(PartStage stage, Flight flight) {
        tell(stage, flight.sequence, flight.lengthBytes());
    }

    private void tell(PartStage stage, long sequence, long bytes) {
        ports.telemetry().part(stage, epoch, sequence, bytes);
    }

    /** The sequence of the part that is sealed next. */
    long nextSequence() {
        return nextSequence;
    }

    /** The sequence of the part that was posted last. */
    long postedThrough() {
        return postedThrough;
    }

    /** How many parts are sealed and not written. */
    int underWay() {
        return sealed.size() + posted;
    }

    /** How many parts are being filled. */
    int filling() {
        return filling;
    }

    /** How many bytes they have. */
    long bytesUnderWay() {
        return bytesUnderWay;
    }

    /** Grows whenever a part moves on. */
    long progress() {
        return progress;
    }

    /** What a fill or a write failed with, or null. */
    @Nullable
    KvTransferException failure() {
        return failure;
    }

    /** Whether the next part waits for somebody to finish a reservation, and nothing else is under way. */
    boolean waitsForOwner() {
        Flight head = sealed.peek();
        return posted == 0 && head != null && head.ownersMayWrite();
    }

    /** Whether a write is under way. */
    boolean hasPosted() {
        return posted > 0;
    }

    /** Whether no fill and no write is under way. */
    boolean quiet() {
        if (hasPosted()) {
            return false;
        }
        for (Flight flight : sealed) {
            if (flight.state == Flight.State.FILLING) {
                return false;
            }
        }
        return true;
    }

    /** Begins to fill what can be filled. */
    int fill() {
        if (sealed.isEmpty()) {
            return 0;
        }
        int work = 0;
        for (Flight flight : sealed) {
            if (flight.state == Flight.State.SEALED && !flight.ownersMayWrite()) {
                startFill(flight);
                work++;
            }
        }
        return work;
    }

    /** Has the transport prepare the writes of what is being filled. */
    void prepare() {
        for (Flight flight : sealed) {
            if (flight.state == Flight.State.FILLING && !flight.prepared && flight.isWrittenFrom(slots.region())) {
                flight.prepared = true;
                ports.transport().prepareWrite(peer, flight.writes);
            }
        }
    }

    private void startFill(Flight flight) {
        flight.state = Flight.State.FILLING;
        filling++;
        boolean copies = flight.copies.size() > 0;
        boolean digests = flight.digests.size() > 0;
        boolean gathers = !flight.gathers.isEmpty();
        flight.fillsPending = (copies ? 1 : 0) + (digests ? 1 : 0) + (gathers ? 1 : 0);
        if (flight.fillsPending == 0) {
            fillDone(flight);
            return;
        }
        if (copies) {
            CopyMode mode = config.digest() ? CopyMode.COPY_AND_DIGEST : CopyMode.COPY;
            ports.memory().submit(mode, flight.copies, flight.fillCompletion);
        }
        if (digests) {
            ports.memory().submit(CopyMode.DIGEST, flight.digests, flight.fillCompletion);
        }
        if (gathers) {
            ports.mover().submitGather(flight.gathers, flight.digestsOfGathers(), flight.fillCompletion);
        }
    }

    void filled(Flight flight, @Nullable KvTransferException cause) {
        note(cause);
        progress++;
        if (--flight.fillsPending == 0) {
            fillDone(flight);
            if (!broken && failure == null) {
                // At once: what else the memory has to report would hold up the link.
                post();
            }
        }
    }

    private void note(@Nullable KvTransferException cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    private void fillDone(Flight flight) {
        flight.state = Flight.State.FILLED;
        filling--;
        flight.collectDigests();
        long moved = flight.copies.totalBytes();
        for (int i = 0; i < flight.gathers.size(); i++) {
            moved += flight.gathers.get(i).dense().lengthBytes();
        }
        ports.telemetry().add(Metric.MEMORY_BYTES_READ, moved + flight.writes.totalBytes());
        ports.telemetry().add(Metric.MEMORY_BYTES_WRITTEN, moved);
        ports.telemetry().add(Metric.DIGEST_BYTES_READ, flight.digests.totalBytes());
        tell(PartStage.FILLED, flight);
        flight.releaseFilledSources();
        if (broken) {
            retire(flight);
        }
    }

    /** Posts what is filled, in order. */
    int post() {
        int work = 0;
        while (!sealed.isEmpty() && sealed.peek().state == Flight.State.FILLED && posted < config.depth()) {
            Flight flight = sealed.remove();
            flight.state = Flight.State.POSTED;
            posted++;
            postedThrough = flight.sequence;
            submit(flight);
            work++;
        }
        return work;
    }

    private void submit(Flight flight) {
        try {
            ports.transport().submitWrite(peer, flight.writes, flight.message(), flight.writeCompletion);
            ports.telemetry().add(Metric.PARTS_POSTED, 1);
            tell(PartStage.POSTED, flight);
        } catch (IllegalArgumentException e) {
            // Registered when it was sent, and no longer: its part has a number, so the session ends, but not the node.
            written(
                    flight,
                    new KvTransferException(
                            FailureKind.REFUSED,
                            "write a part",
                            e.getMessage() + ": keep what is sent from registered until it is released",
                            e));
        }
    }

    void written(Flight flight, @Nullable KvTransferException cause) {
        note(cause);
        progress++;
        posted--;
        if (cause == null) {
            ports.telemetry().add(Metric.BYTES_SENT, flight.lengthBytes());
            tell(PartStage.WRITTEN, flight);
        }
        retire(flight);
    }

    /** An owner has committed or abandoned his reservation. */
    void ownerDone(Flight flight) {
        progress++;
        flight.uncommitted--;
        if (broken && !flight.ownersMayWrite()) {
            retireUnfilled(flight);
        }
    }

    /** Nothing more is filled or posted. What is filled or written at the moment, or by an owner, is let go when that ends. */
    void breakOff() {
        broken = true;
        for (Flight flight : sealed.toArray(new Flight[0])) {
            boolean idle = flight.state == Flight.State.SEALED && !flight.ownersMayWrite();
            if (idle || flight.state == Flight.State.FILLED) {
                retireUnfilled(flight);
            }
        }
    }

    private void retireUnfilled(Flight flight) {
        if (flight.state == Flight.State.SEALED) {
            flight.releaseFilledSources();
        }
        retire(flight);
    }

    /** The flight's memory is not touched any more. */
    private void retire(Flight flight) {
        sealed.remove(flight);
        bytesUnderWay -= flight.lengthBytes();
        flight.releaseWrittenSources();
        slots.release(flight.slot);
        flight.free();
        // The one that was used last is in the processor's caches.
        free.push(flight);
    }
}
