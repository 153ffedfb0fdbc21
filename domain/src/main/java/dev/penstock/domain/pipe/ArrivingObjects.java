// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import java.util.ArrayDeque;

/** The objects of a receiver in the order in which they were sent, from their first piece until they are settled. */
final class ArrivingObjects {
    private final ObjectSink sink;
    private final CreditIssuer credits;
    private final Telemetry telemetry;

    /** From their first piece until they are delivered, rejected or dropped. */
    private final ArrayDeque<ArrivingObject> undelivered = new ArrayDeque<>();
    /** From then on until they, and all before them, are settled. */
    private final ArrayDeque<ArrivingObject> unsettled = new ArrayDeque<>();

    private long settledThrough;

    ArrivingObjects(ObjectSink sink, CreditIssuer credits, Telemetry telemetry) {
        this.sink = sink;
        this.credits = credits;
        this.telemetry = telemetry;
    }

    /** The first piece of the next object has come. */
    void begin(ArrivingObject object) {
        undelivered.add(object);
    }

    /** Whether none is on its way in, or delivered and not settled. */
    boolean isEmpty() {
        return undelivered.isEmpty() && unsettled.isEmpty();
    }

    /** Whether the receiver holds one that was delivered. */
    boolean anyIsHeld() {
        for (ArrivingObject object : unsettled) {
            if (!object.isSettled()) {
                return true;
            }
        }
        return false;
    }

    /** The number of the last object that is settled, as all before it are. */
    long settledThrough() {
        while (!unsettled.isEmpty() && unsettled.peek().isSettled()) {
            settledThrough = unsettled.remove().number();
        }
        return settledThrough;
    }

    /** Hands over, or rejects, those that are whole and in their places. Returns how many. */
    int deliver() {
        int work = 0;
        int delivered = 0;
        long bytes = 0;
        ArrivingObject object = undelivered.peek();
        while (object != null && object.placement != null && object.ready()) {
            undelivered.remove();
            work++;
            if (finish(object)) {
                delivered++;
                bytes += object.lengthBytes();
            }
            object = undelivered.peek();
        }
        if (delivered > 0) {
            telemetry.add(Metric.OBJECTS_DELIVERED, delivered);
            telemetry.add(Metric.BYTES_RECEIVED, bytes);
        }
        return work;
    }

    /** Returns whether the sink got it. */
    private boolean finish(ArrivingObject object) {
        unsettled.add(object);
        if (object.rejection == null
                && !object.abandoned
                && object.hasDigest
                && object.digest() != object.expectedDigest) {
            telemetry.add(Metric.DIGEST_MISMATCHES, 1);
            object.rejection = FailureKind.CORRUPTED;
        }
        if (object.rejection == null && !object.abandoned) {
            sink.deliver(object);
            return true;
        }
        if (object.rejection != null) {
            credits.reject(object.number(), object.rejection);
        }
        if (object.accepted) {
            sink.dropped(object, dropCause(object));
        }
        object.settle();
        return false;
    }

    private static KvTransferException dropCause(ArrivingObject object) {
        FailureKind kind = object.rejection == null ? FailureKind.CLOSED : object.rejection;
        String message = switch (kind) {
            case CLOSED -> "its sender gave it up";
            case CAPACITY -> "its " + object.lengthBytes() + " bytes do not fit into the ring";
            case CORRUPTED ->
                "its digest is " + Long.toHexString(object.digest()) + ", it was sent with "
                        + Long.toHexString(object.expectedDigest);
            default -> "its sender cut it within rows";
        };
        return new KvTransferException(kind, "receive an object", message);
    }

    /** Gives up those that were not delivered. */
    void drop(KvTransferException cause) {
        ArrivingObject object = undelivered.poll();
        while (object != null) {
            if (object.accepted) {
                sink.dropped(object, cause);
            }
            object.settle();
            object = undelivered.poll();
        }
    }
}
