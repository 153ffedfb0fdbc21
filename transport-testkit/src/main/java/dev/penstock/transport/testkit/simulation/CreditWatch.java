// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.simulation;

import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlMessage;
import dev.penstock.ports.control.Goodbye;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.control.Ready;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.control.Welcome;
import dev.penstock.ports.memory.SegmentList;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what goes over the wire, by docs/protocol.md and not by the code under test, and knows from that which pages may be
 * written and which may be granted.
 */
final class CreditWatch {
    private static final byte PART = 1;
    private static final byte CREDIT = 2;
    private static final byte PING = 3;
    private static final byte PONG = 4;
    private static final int COUNT_AT = 4;
    private static final int EPOCH_AT = 8;
    private static final int SEQUENCE_AT = 16;
    private static final int PAGE_AT = 24;
    private static final int OFFSET_AT = 32;
    private static final int LENGTH_AT = 40;
    private static final int CONSUMED_AT = 24;
    private static final int GRANTS_AT = 32;

    private final SimulatedWorld world;
    private final Map<ControlLink, Offer> hellos = new HashMap<>();
    private final List<Direction> directions = new ArrayList<>();

    CreditWatch(SimulatedWorld world) {
        this.world = world;
    }

    private record Offer(NodeId node, @Nullable RingGeometry ring) {}

    private record Range(int page, long end, boolean endsPage) {}

    /** One pipe, as the wire shows it. */
    private static final class Direction {
        final long epoch;
        final SimulatedProcess sender;
        final NodeId senderNode;
        final SimulatedProcess receiver;
        final RingGeometry ring;
        final SimulatedBlock block;

        /** The sender has the page's credit and has not ended the page. */
        final boolean[] writable;

        /** The receiver has granted the page and not learnt of its end. */
        final boolean[] granted;

        final long[] writtenTo;
        int sendersPage = -1;
        int receiversPage = -1;
        long nextPart = 1;
        long appliedThrough;
        long consumedThrough;
        final Map<Long, Range> arrived = new HashMap<>();
        final Set<Long> creditsSeen = new HashSet<>();
        /** The sender is known to write no more. */
        boolean over;

        Direction(
                long epoch, SimulatedProcess sender, NodeId senderNode, SimulatedProcess receiver, RingGeometry ring) {
            this.epoch = epoch;
            this.sender = sender;
            this.senderNode = senderNode;
            this.receiver = receiver;
            this.ring = ring;
            SimulatedRegion region = receiver.simulatedTransport().registered(ring.region());
            if (region == null) {
                throw new AssertionError(
                        receiver.name() + " offers a ring in " + ring.region() + ", which is not registered");
            }
            this.block = region.block();
            this.writable = new boolean[ring.pages()];
            this.granted = new boolean[ring.pages()];
            this.writtenTo = new long[ring.pages()];
        }

        boolean endsPage(Range range) {
            return range.endsPage() || range.end() >= ring.pageBytes();
        }

        @Override
        public String toString() {
            return sender.name() + " to " + receiver.name() + " in epoch " + Long.toHexString(epoch);
        }
    }

    /** A control message was sent. */
    void said(
            ControlLink from,
            ControlLink to,
            SimulatedProcess speaker,
            SimulatedProcess listener,
            ControlMessage message) {
        if (message instanceof Hello hello) {
            hellos.put(to, new Offer(hello.node(), hello.ring().orElse(null)));
        } else if (message instanceof Welcome welcome) {
            Offer initiator = hellos.get(from);
            if (initiator == null) {
                throw world.violation(speaker.name() + " says Welcome without a Hello");
            }
            endEarlier(welcome.node(), listener);
            welcome.ring()
                    .ifPresent(ring ->
                            directions.add(new Direction(welcome.epoch(), listener, initiator.node(), speaker, ring)));
            if (initiator.ring() != null) {
                directions.add(new Direction(welcome.epoch(), speaker, welcome.node(), listener, initiator.ring()));
            }
        } else if (message instanceof Ready ready) {
            for (Direction direction : List.copyOf(directions)) {
                if (direction.epoch == ready.epoch() && direction.sender == speaker) {
                    endEarlier(direction.senderNode, direction.receiver);
                    direction.over = false;
                }
            }
        } else if (message instanceof Goodbye goodbye) {
            for (Direction direction : directions) {
                if (direction.epoch == goodbye.epoch() && direction.sender == speaker) {
                    direction.over = true;
                }
            }
        }
    }

    private void endEarlier(NodeId sender, SimulatedProcess receiver) {
        for (Direction direction : directions) {
            if (direction.senderNode.equals(sender) && direction.receiver == receiver) {
                direction.over = true;
            }
        }
    }

    /** A notification was submitted; with segments if it belongs to a write. */
    void submitted(SimulatedProcess from, SimulatedProcess to, byte[] bytes, @Nullable SegmentList segments) {
        ByteBuffer message = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Direction direction = directionOf(message, from, to);
        if (direction == null) {
            throw world.violation(from.name() + " sends a notification of no session to " + to.name());
        }
        byte type = message.get(0);
        if (type == PART) {
            if (segments == null) {
                throw world.violation(from.name() + " sends a part without a write");
            }
            writes(direction, message, segments);
        } else if (type == PING) {
            measures(direction, segments);
        } else if (type == CREDIT) {
            grants(direction, message);
        } else if (type != PONG || segments != null) {
            throw world.violation(from.name() + " sends a notification of type " + type);
        }
    }

    private void measures(Direction direction, @Nullable SegmentList segments) {
        for (int i = 0; segments != null && i < segments.size(); i++) {
            int page = (int) (segments.toOffset(i) / direction.ring.pageBytes());
            if (!segments.toRegion(i).equals(direction.ring.region())
                    || segments.toOffset(i) % direction.ring.pageBytes() != 0
                    || segments.length(i) != direction.ring.pageBytes()
                    || page == direction.sendersPage
                    || !direction.writable[page]) {
                throw world.violation(direction + ": measures with " + segments.length(i) + " bytes at "
                        + segments.toOffset(i) + ", which is no page that it may write and has not begun");
            }
        }
    }

    private void writes(Direction direction, ByteBuffer message, SegmentList segments) {
        long sequence = message.getLong(SEQUENCE_AT);
        Range range = rangeOf(message);
        int page = range.page();
        long offset = message.getLong(OFFSET_AT);
        world.trace(() -> direction + ": part " + sequence + " of " + message.getInt(COUNT_AT) + " pieces, page " + page
                + " [" + offset + ", " + range.end() + ")");
        if (sequence != direction.nextPart++) {
            throw world.violation(direction + ": part " + sequence + " is out of order");
        }
        if (page != direction.sendersPage && direction.sendersPage >= 0) {
            direction.writable[direction.sendersPage] = false;
        }
        if (page < 0 || page >= direction.writable.length || !direction.writable[page]) {
            throw world.violation(direction + ": part " + sequence + " goes to page " + page + " without a credit");
        }
        if (offset < direction.writtenTo[page] || range.end() > direction.ring.pageBytes()) {
            throw world.violation(direction + ": part " + sequence + " covers [" + offset + ", " + range.end()
                    + ") of page " + page + ", which is written up to " + direction.writtenTo[page]);
        }
        long from = page * direction.ring.pageBytes();
        for (int i = 0; i < segments.size(); i++) {
            if (!segments.toRegion(i).equals(direction.ring.region())
                    || segments.toOffset(i) < from + offset
                    || segments.toOffset(i) + segments.length(i) > from + range.end()) {
                throw world.violation(direction + ": part " + sequence + " writes " + segments.length(i) + " bytes at "
                        + segments.toOffset(i) + ", outside its range");
            }
        }
        direction.writtenTo[page] = range.end();
        direction.sendersPage = page;
        if (direction.endsPage(range)) {
            direction.writable[page] = false;
            direction.sendersPage = -1;
        }
    }

    private void grants(Direction direction, ByteBuffer message) {
        long consumed = message.getLong(CONSUMED_AT);
        if (consumed > direction.appliedThrough || consumed < direction.consumedThrough) {
            throw world.violation(direction + ": consumed through " + consumed + ", after " + direction.consumedThrough
                    + ", but only parts through " + direction.appliedThrough + " are there");
        }
        direction.consumedThrough = consumed;
        int count = message.getInt(COUNT_AT);
        world.trace(() -> direction + ": credit " + message.getLong(SEQUENCE_AT) + " of " + count
                + " pages, consumed through " + consumed);
        for (int i = 0; i < count; i++) {
            int page = message.getInt(GRANTS_AT + 4 * i);
            world.trace(() -> direction + ": grants page " + page);
            requireFree(direction, page);
            direction.granted[page] = true;
        }
    }

    private void requireFree(Direction direction, int page) {
        for (Direction other : directions) {
            if (other.block == direction.block && other.granted[page] && !(other.over && other != direction)) {
                throw world.violation(
                        direction + ": page " + page + " is granted, but " + other + " may still write it");
            }
        }
        long pageBytes = direction.ring.pageBytes();
        world.memoryWatch()
                .touch(direction.receiver, direction.block, page * pageBytes, pageBytes, true, "grant of page " + page);
    }

    /** A notification is handed to its receiver, not necessarily for the first time. */
    void delivered(SimulatedProcess from, SimulatedProcess to, byte[] bytes) {
        ByteBuffer message = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Direction direction = directionOf(message, from, to);
        if (direction == null) {
            return;
        }
        byte type = message.get(0);
        long sequence = message.getLong(SEQUENCE_AT);
        if (type == CREDIT) {
            if (direction.creditsSeen.add(sequence)) {
                world.trace(() -> direction + ": credit " + sequence + " is there");
                for (int i = 0; i < message.getInt(COUNT_AT); i++) {
                    int page = message.getInt(GRANTS_AT + 4 * i);
                    direction.writable[page] = true;
                    direction.writtenTo[page] = 0;
                }
            }
        } else if (type == PART && sequence > direction.appliedThrough) {
            world.trace(() -> direction + ": part " + sequence + " is there");
            direction.arrived.put(sequence, rangeOf(message));
            apply(direction);
        }
    }

    private static void apply(Direction direction) {
        Range range = direction.arrived.remove(direction.appliedThrough + 1);
        while (range != null) {
            direction.appliedThrough++;
            if (direction.receiversPage >= 0 && direction.receiversPage != range.page()) {
                direction.granted[direction.receiversPage] = false;
            }
            direction.receiversPage = range.page();
            if (direction.endsPage(range)) {
                direction.granted[range.page()] = false;
                direction.receiversPage = -1;
            }
            range = direction.arrived.remove(direction.appliedThrough + 1);
        }
    }

    /** Where both sides share memory, filling a page is writing it: that needs the credit already. */
    void requireCreditToFill(SimulatedProcess process, SimulatedBlock block, long offset, long length) {
        for (Direction direction : directions) {
            if (direction.block != block || direction.sender != process || direction.over || length == 0) {
                continue;
            }
            int page = (int) (offset / direction.ring.pageBytes());
            long pageOffset = offset % direction.ring.pageBytes();
            if (direction.writable[page] && pageOffset >= direction.writtenTo[page]) {
                return;
            }
            throw world.violation(direction + ": fills " + length + " bytes at " + pageOffset + " of page " + page
                    + (direction.writable[page]
                            ? ", which is written up to " + direction.writtenTo[page]
                            : ", for which it has no credit"));
        }
    }

    /** The bytes of a part are there: perhaps one of them is wrong. */
    void mayCorrupt(SimulatedProcess receiver, byte[] bytes) {
        if (bytes[0] != PART || !world.chance(world.faults().corruption())) {
            return;
        }
        ByteBuffer message = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long length = message.getLong(LENGTH_AT);
        for (Direction direction : directions) {
            if (direction.receiver == receiver
                    && direction.epoch == message.getLong(EPOCH_AT)
                    && direction.block.isAlive()
                    && length > 0) {
                long at = message.getInt(PAGE_AT) * direction.ring.pageBytes()
                        + message.getLong(OFFSET_AT)
                        + world.random().nextLong(length);
                world.trace(() -> direction + ": byte " + at + " is flipped");
                direction.block.flip(at, 1 << world.random().nextInt(8));
            }
        }
    }

    private @Nullable Direction directionOf(ByteBuffer message, SimulatedProcess from, SimulatedProcess to) {
        // The others are the receiver's.
        boolean senders = message.get(0) == PART || message.get(0) == PING;
        for (Direction direction : directions) {
            if (direction.epoch == message.getLong(EPOCH_AT)
                    && direction.sender == (senders ? from : to)
                    && direction.receiver == (senders ? to : from)) {
                return direction;
            }
        }
        return null;
    }

    private static Range rangeOf(ByteBuffer message) {
        long end = message.getLong(OFFSET_AT) + message.getLong(LENGTH_AT);
        return new Range(
                message.getInt(PAGE_AT),
                (end + RingGeometry.ALIGNMENT - 1) & -RingGeometry.ALIGNMENT,
                message.getInt(COUNT_AT) == 0);
    }
}
