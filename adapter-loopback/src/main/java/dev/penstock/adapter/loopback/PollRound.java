// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.transport.Peer;
import dev.penstock.ports.transport.TransportEvents;
import java.nio.ByteBuffer;

/** What one poll may still do, and what it did. Reused, so that polling allocates nothing. */
final class PollRound {
    // About 100 us of copying: long enough to be worth a poll, short enough not to delay what else the loop does.
    private static final int COPY_BYTES = 1 << 20;

    private TransportEvents events = Discarding.EVENTS;
    private int reportsLeft;
    private int copyBytesLeft;
    private int done;

    void begin(TransportEvents receiver, int limit) {
        events = receiver;
        reportsLeft = limit;
        copyBytesLeft = COPY_BYTES;
        done = 0;
    }

    /** Lets go of the caller's object. */
    void end() {
        events = Discarding.EVENTS;
    }

    boolean mayReport() {
        return reportsLeft > 0;
    }

    int copyBytesLeft() {
        return copyBytesLeft;
    }

    int done() {
        return done;
    }

    void copied(int bytes) {
        if (bytes > 0) {
            copyBytesLeft -= bytes;
            done++;
        }
    }

    /** Counts a completion, before it is called. */
    void countReport() {
        reportsLeft--;
        done++;
    }

    void notified(Peer from, ByteBuffer message) {
        countReport();
        events.notified(from, message);
    }

    void peerLost(Peer peer, KvTransferException cause) {
        countReport();
        events.peerLost(peer, cause);
    }

    private enum Discarding implements TransportEvents {
        EVENTS;

        @Override
        public void notified(Peer from, ByteBuffer message) {}

        @Override
        public void peerLost(Peer peer, KvTransferException cause) {}
    }
}
