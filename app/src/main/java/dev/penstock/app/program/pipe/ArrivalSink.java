// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.pipe;

import dev.penstock.app.program.Arrivals;
import dev.penstock.app.program.ObjectHeader;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.pipe.ArrivingObject;
import dev.penstock.domain.pipe.ObjectSink;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.memory.Span;

/** Where the objects of one sender go: each to its place, and each only when it is its turn. */
final class ArrivalSink implements ObjectSink {
    private final Arrivals arrivals;
    private final Sizes sizes;
    private final Span places;
    private final Settling settling;
    private final Runnable onSettled;
    private int nextRound;
    private int nextObject;
    private long lastNumber;

    /** @param places memory for one round's objects */
    ArrivalSink(NodeId sender, Sizes sizes, Span places, Settling settling) {
        this.arrivals = new Arrivals(sender, sizes.objects());
        this.onSettled = arrivals::own;
        this.sizes = sizes;
        this.places = places;
        this.settling = settling;
    }

    Arrivals arrivals() {
        return arrivals;
    }

    Span places() {
        return places;
    }

    Span place(int object) {
        return places.slice(object * sizes.objectBytes(), sizes.objectBytes());
    }

    @Override
    public Placement place(ArrivingObject object) {
        ObjectHeader expected = new ObjectHeader(nextRound, nextObject);
        ObjectHeader found;
        try {
            found = ObjectHeader.decode(object.header());
        } catch (IllegalArgumentException e) {
            return deviates("an object with " + e.getMessage());
        }
        if (!found.equals(expected)) {
            return deviates(found + " came where " + expected + " should have come");
        }
        if (object.lengthBytes() != sizes.objectBytes()) {
            return deviates(found + " has " + object.lengthBytes() + " bytes");
        }
        arrivals.begin();
        Placement placement = Placement.into(place(nextObject));
        nextObject++;
        if (nextObject == sizes.objects()) {
            nextObject = 0;
            nextRound++;
        }
        return placement;
    }

    private Placement deviates(String what) {
        arrivals.deviate(what);
        return Placement.refuse(FailureKind.REFUSED);
    }

    @Override
    public void deliver(ArrivingObject object) {
        // Numbers in between are those of objects that their sender gave up.
        if (object.number() <= lastNumber) {
            arrivals.deviate("object number " + object.number() + " was delivered behind number " + lastNumber);
        }
        lastNumber = object.number();
        settling.take(object, onSettled);
    }

    @Override
    public void dropped(ArrivingObject object, KvTransferException cause) {
        if (cause.kind() == FailureKind.CORRUPTED) {
            arrivals.deviate("object number " + object.number() + " arrived damaged: " + cause.getMessage());
        }
    }
}
