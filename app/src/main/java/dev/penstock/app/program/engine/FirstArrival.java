// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.domain.pipe.ArrivingObject;
import dev.penstock.domain.pipe.ObjectSink;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.ports.KvTransferException;

/** Notes when the first object of a round begins to arrive. */
final class FirstArrival {
    private static final long NONE = Long.MIN_VALUE;

    private volatile long nanos = NONE;

    /** A round begins. */
    void reset() {
        nanos = NONE;
    }

    /** The time, as {@link System#nanoTime} tells it; of a round in which something arrived. */
    long nanos() {
        if (nanos == NONE) {
            throw new IllegalStateException("nothing has arrived");
        }
        return nanos;
    }

    /** A sink that passes everything on. */
    ObjectSink before(ObjectSink sink) {
        return new ObjectSink() {
            @Override
            public Placement place(ArrivingObject object) {
                if (nanos == NONE) {
                    nanos = System.nanoTime();
                }
                return sink.place(object);
            }

            @Override
            public void deliver(ArrivingObject object) {
                sink.deliver(object);
            }

            @Override
            public void dropped(ArrivingObject object, KvTransferException cause) {
                sink.dropped(object, cause);
            }
        };
    }
}
