// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.simulation;

import dev.penstock.domain.pipe.ArrivingObject;
import dev.penstock.domain.pipe.ObjectSink;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.ports.KvTransferException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Places objects as the test says and settles them at once, or when the test says. */
public final class TestSink implements ObjectSink {
    private final Function<ArrivingObject, Placement> places;
    private final List<ArrivingObject> delivered = new ArrayList<>();
    private final List<KvTransferException> dropped = new ArrayList<>();
    private boolean holds;

    public TestSink(Function<ArrivingObject, Placement> places) {
        this.places = places;
    }

    public static TestSink inPlace() {
        return new TestSink(object -> Placement.inPlace());
    }

    /** From here on what is delivered is settled by the test. */
    public TestSink holding() {
        holds = true;
        return this;
    }

    public List<ArrivingObject> delivered() {
        return delivered;
    }

    public List<KvTransferException> dropped() {
        return dropped;
    }

    @Override
    public Placement place(ArrivingObject object) {
        return places.apply(object);
    }

    @Override
    public void deliver(ArrivingObject object) {
        delivered.add(object);
        if (!holds) {
            object.settle();
        }
    }

    @Override
    public void dropped(ArrivingObject object, KvTransferException cause) {
        dropped.add(cause);
    }
}
