// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.simulation;

import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.pipe.ArrivingObject;
import dev.penstock.domain.pipe.ObjectSink;
import dev.penstock.domain.pipe.Placement;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.PagedChunk;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.simulation.MemoryWatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Takes the objects of one session in every way there is, checks every byte, and dawdles. */
final class ReceivingApp implements ObjectSink {
    private final SimulatedNode node;
    private final PagePool pages;
    private final boolean store;
    private final Random random;
    private final Map<Integer, Taken> taken = new HashMap<>();
    private final List<Taken> held = new ArrayList<>();
    private int lastNumber = -1;

    /** What this side did with an object. */
    private static final class Taken {
        final ArrivingObject object;
        final SentObject sent;
        final List<MemoryWatch.Use> views = new ArrayList<>();

        @Nullable
        Region destination;

        @Nullable
        PagedChunk rows;

        long settleAt;
        boolean over;

        Taken(ArrivingObject object, SentObject sent) {
            this.object = object;
            this.sent = sent;
        }
    }

    ReceivingApp(SimulatedNode node, PagePool pages, boolean store) {
        this.node = node;
        this.pages = pages;
        this.store = store;
        this.random = node.world().random();
    }

    @Override
    public Placement place(ArrivingObject object) {
        if (random.nextDouble() < node.scenario().pickiness()) {
            return Placement.later();
        }
        int number = Contents.number(object.header());
        SentObject sent = node.object(number);
        sent.require(Arrays.equals(object.header(), Contents.header(number)), "arrives with another header");
        sent.require(object.lengthBytes() == sent.lengthBytes, "arrives with " + object.lengthBytes() + " bytes");
        if (random.nextDouble() < node.scenario().pickiness()) {
            sent.refused = true;
            return Placement.refuse(FailureKind.REFUSED);
        }
        sent.placed++;
        node.calledBack();
        sent.require(sent.placed == 1, "is placed twice");
        Taken what = new Taken(object, sent);
        taken.put(number, what);
        switch (random.nextInt(3)) {
            case 0 -> {
                what.destination = node.memory().allocate(Math.max(1, sent.lengthBytes));
                return Placement.into(what.destination.span().slice(0, sent.lengthBytes));
            }
            case 1 -> {
                PagedChunk rows = sent.rows;
                if (rows != null) {
                    what.rows = PagedRows.allocate(
                            node.memory(), random, rows.cache().layout(), rows.layout(), rows.tokens());
                    what.destination = node.memory()
                            .region(what.rows.cache().layers().get(0).region());
                    return new Placement.Scattered(what.rows);
                }
                return Placement.inPlace();
            }
            default -> {
                return Placement.inPlace();
            }
        }
    }

    @Override
    public void deliver(ArrivingObject object) {
        Taken what = taken.get(Contents.number(object.header()));
        SentObject sent = what.sent;
        node.trace(() -> sent + ": delivered to " + node);
        sent.delivered++;
        node.calledBack();
        sent.require(sent.delivered == 1 && sent.dropped == 0, "is delivered again");
        sent.require(sent.number > lastNumber, "comes after object " + lastNumber);
        sent.require(!sent.abandoned, "is delivered though it was abandoned");
        lastNumber = sent.number;
        check(what);
        long hold = node.longestHoldNs();
        if (what.destination == null) {
            for (Span piece : object.pieces()) {
                what.views.add(node.world().memoryWatch().beginRead(node.process(), node.memory(), piece, "view"));
            }
            if (store && random.nextBoolean()) {
                for (int page : object.pages()) {
                    pages.retain(page);
                }
                sent.settledByReceiver = true;
                node.keep(new Kept(what));
                object.settle();
                return;
            }
        }
        if (hold == 0 || random.nextBoolean()) {
            settle(what);
        } else {
            what.settleAt = node.now() + random.nextLong(hold);
            held.add(what);
        }
    }

    private void check(Taken what) {
        SentObject sent = what.sent;
        byte[] expected = Contents.of(sent.number, sent.lengthBytes);
        PagedChunk rows = what.rows;
        if (rows != null) {
            PagedRows.each(rows, (row, place) -> same(sent, expected, row * rows.rowBytes(), place));
        } else if (what.destination != null) {
            same(sent, expected, 0, what.destination.span().slice(0, sent.lengthBytes));
        } else {
            int at = 0;
            for (Span piece : what.object.pieces()) {
                same(sent, expected, at, piece);
                at += (int) piece.lengthBytes();
            }
            sent.require(at == sent.lengthBytes, "has only " + at + " bytes");
        }
    }

    private void same(SentObject sent, byte[] expected, int from, Span place) {
        ByteBuffer bytes = ByteBuffer.allocate((int) place.lengthBytes());
        node.memory().read(place, bytes);
        int mismatch = bytes.flip().mismatch(ByteBuffer.wrap(expected, from, bytes.remaining()));
        sent.require(mismatch < 0, "has a wrong byte at " + (from + mismatch));
    }

    private void settle(Taken what) {
        node.trace(() -> what.sent + ": settled");
        check(what);
        end(what);
        what.sent.settledByReceiver = true;
        what.object.settle();
    }

    private void end(Taken what) {
        what.over = true;
        what.views.forEach(node.world().memoryWatch()::end);
        if (what.destination != null) {
            node.memory().free(what.destination.id());
        }
    }

    @Override
    public void dropped(ArrivingObject object, KvTransferException cause) {
        Taken what = taken.get(Contents.number(object.header()));
        node.trace(() -> what.sent + ": dropped, " + cause);
        what.sent.dropped++;
        node.calledBack();
        what.sent.require(what.sent.dropped == 1 && what.sent.delivered == 0, "is dropped again");
        what.sent.require(
                cause.kind() != FailureKind.REFUSED || (what.rows != null && !what.sent.rowsStayWhole),
                "is dropped though its rows are whole: " + cause);
        what.sent.refused |= cause.kind() == FailureKind.REFUSED;
        end(what);
    }

    int step() {
        int work = 0;
        for (int i = held.size() - 1; i >= 0; i--) {
            if (held.get(i).settleAt <= node.now()) {
                settle(held.remove(i));
                work++;
            }
        }
        return work;
    }

    boolean idle() {
        return held.isEmpty();
    }

    /** After the session is over and nothing is held: whatever was placed has been told of. */
    void requireAllTold() {
        for (Taken what : taken.values()) {
            what.sent.require(what.sent.delivered + what.sent.dropped == 1, "was placed and never heard of again");
            what.sent.require(what.over, "was never settled");
        }
    }

    /** An object that stays in the store until it is evicted. */
    final class Kept {
        private final Taken what;

        private Kept(Taken what) {
            this.what = what;
        }

        void evict() {
            check(what);
            end(what);
            for (int page : what.object.pages()) {
                pages.release(page);
            }
        }
    }
}
