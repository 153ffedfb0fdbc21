// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The objects of a sender that wait for the receiver's word, and what the receiver has said. */
final class Acknowledgements {
    private final Telemetry telemetry;
    private final SequenceWindow creditsSeen = new SequenceWindow(SequenceWindow.CREDITS);
    /** What the credits that are there said, by sequence: it counts once no earlier one is missing. */
    private final long[] announcedThrough = new long[SequenceWindow.CREDITS];

    /** Objects whose last piece has its place in a part, in order. */
    private final ArrayDeque<OutgoingObject> awaiting = new ArrayDeque<>();

    private final Map<Long, FailureKind> rejections = new HashMap<>();
    private long settledObjects;
    private long consumedThrough;

    Acknowledgements(Telemetry telemetry) {
        this.telemetry = telemetry;
    }

    /** The object's parts are all known: from here on it waits. */
    void await(OutgoingObject object) {
        awaiting.add(object);
    }

    int size() {
        return awaiting.size();
    }

    /** All parts up to this sequence are consumed. */
    long consumedThrough() {
        return consumedThrough;
    }

    /**
     * A credit has come.
     *
     * @return whether it is new
     * @throws KvTransferException of kind PROTOCOL if its sequence is not possible
     */
    boolean isNew(long creditSequence) {
        return creditsSeen.add(creditSequence);
    }

    /**
     * A new credit rejects an object.
     *
     * @throws KvTransferException of kind PROTOCOL if no such object is under way
     */
    void reject(long number, FailureKind kind) {
        // The object behind those that wait may have begun; those behind it have not.
        if (number <= settledObjects || number > settledObjects + awaiting.size() + 1) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL, "take a credit", "object " + number + " is rejected, which is not under way");
        }
        rejections.put(number, kind);
    }

    /** A new credit, whose rejections were told, says what is consumed. */
    void announced(long creditSequence, long through) {
        announcedThrough[slotOf(creditSequence)] = through;
        if (creditsSeen.lowestMissing() > creditSequence) {
            // All before it are there too, so none that is missing rejects an object that it says is consumed.
            consumedThrough = Math.max(consumedThrough, announcedThrough[slotOf(creditsSeen.lowestMissing() - 1)]);
            settleConsumed();
        }
    }

    private static int slotOf(long sequence) {
        return (int) (sequence % SequenceWindow.CREDITS);
    }

    private void settleConsumed() {
        int acknowledged = 0;
        while (!awaiting.isEmpty() && awaiting.peek().lastSequence <= consumedThrough) {
            OutgoingObject object = awaiting.remove();
            settledObjects++;
            FailureKind rejection = rejections.isEmpty() ? null : rejections.remove(settledObjects);
            if (rejection != null) {
                object.fail(new KvTransferException(rejection, "send an object", rejectionMessage(rejection)));
            } else if (object.abandoned) {
                object.fail(new KvTransferException(FailureKind.CLOSED, "send an object", "its owner gave it up"));
            } else {
                object.acknowledge();
                acknowledged++;
            }
        }
        if (acknowledged > 0) {
            telemetry.add(Metric.OBJECTS_ACKNOWLEDGED, acknowledged);
        }
    }

    private static String rejectionMessage(FailureKind kind) {
        return switch (kind) {
            case CORRUPTED -> "the receiver got other bytes than were sent; the object was dropped";
            case CAPACITY -> "the receiver has no room for an object of this size";
            default -> "the receiver does not take it";
        };
    }

    /** Nothing more comes: moves the objects that wait to the list. */
    void giveUp(List<OutgoingObject> lost) {
        lost.addAll(awaiting);
        awaiting.clear();
    }
}
