// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.ControlEvents;
import dev.penstock.ports.control.ControlMessage;

/** What gRPC's thread leaves for the loop's thread. */
sealed interface PlaneEvent {
    /** Whose event it is. */
    GrpcLink link();

    /** Tells it. */
    void report(ControlEvents events);

    /** A peer opened the link. */
    record Accepted(GrpcLink link) implements PlaneEvent {
        @Override
        public void report(ControlEvents events) {
            events.accepted(link);
        }
    }

    /** The link that this side asked for is up. */
    record Connected(GrpcLink link) implements PlaneEvent {
        @Override
        public void report(ControlEvents events) {
            events.connected(link);
        }
    }

    /** A message came. */
    record Arrived(GrpcLink link, ControlMessage message) implements PlaneEvent {
        @Override
        public void report(ControlEvents events) {
            events.received(link, message);
        }
    }

    /** The last event of each link, also of one that this side closed. */
    record Ended(GrpcLink link, KvTransferException cause) implements PlaneEvent {
        @Override
        public void report(ControlEvents events) {
            events.closed(link, cause);
        }
    }
}
