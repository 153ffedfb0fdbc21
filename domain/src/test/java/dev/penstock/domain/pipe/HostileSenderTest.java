// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.host.HostMemory;
import dev.penstock.adapter.host.HostPagedKvMover;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.wire.Alignment;
import dev.penstock.domain.wire.Damage;
import dev.penstock.domain.wire.Notification;
import dev.penstock.domain.wire.PartEntry;
import dev.penstock.domain.wire.PartWriter;
import dev.penstock.ports.Digest;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.Span;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import dev.penstock.transport.testkit.ForwardingTransport;
import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.simulation.DelayingMemory;
import dev.penstock.transport.testkit.simulation.Faults;
import dev.penstock.transport.testkit.simulation.SimulatedProcess;
import dev.penstock.transport.testkit.simulation.SimulatedWorld;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A receiver that gets notifications which are almost right. It may fail, with PROTOCOL; it may reject objects; but it
 * touches no memory other than the pages that it granted and the places that its sink gave, and gives all of it back.
 */
class HostileSenderTest {
    private static final int PAGE_BYTES = 4096;
    private static final int GRANTED = 3;
    private static final int OTHERS = 2;
    private static final Peer PEER = () -> "hostile";

    /** The credits go nowhere: the sender does as it likes. */
    private static final class Deaf extends ForwardingTransport {
        Deaf(KvTransport delegate) {
            super(delegate);
        }

        @Override
        public void submitNotification(Peer peer, ByteBuffer message) {}
    }

    @Test
    void shouldTouchNothingButGrantedPagesWhateverTheSenderSays() {
        Seeds.run(random -> {
            int failures = 0;
            int rounds = 1000;
            for (int round = 0; round < rounds; round++) {
                failures += new Round(random).run() ? 1 : 0;
            }
            // Otherwise this would test nothing.
            assertThat(failures).isBetween(rounds / 10, rounds - rounds / 100);
        });
    }

    private static final class Round implements ObjectSink {
        private final Random random;
        private final boolean digest;
        private final SimulatedWorld world;
        private final DelayingMemory memory;
        private final PagePool pool;
        private final PipeReceiver receiver;
        private final List<Region> destinations = new ArrayList<>();
        private final List<ArrivingObject> held = new ArrayList<>();

        Round(Random random) {
            this.random = random;
            digest = random.nextBoolean();
            world = new SimulatedWorld(random, Faults.delays(random, 10_000), false, null);
            SimulatedProcess process = world.start("receiver");
            HostMemory exact = new HostMemory(process.hostRegions());
            memory = process.delaying(exact, new HostPagedKvMover(exact));
            Region ring = memory.allocate((GRANTED + OTHERS) * PAGE_BYTES);
            pool = new PagePool(ring, PAGE_BYTES);
            ArrayDeque<Integer> pages = new ArrayDeque<>();
            for (int i = 0; i < GRANTED + OTHERS; i++) {
                int page = pool.take();
                if (i < GRANTED) {
                    pages.add(page);
                } else {
                    // Somebody else's: whoever touches them is caught.
                    world.memoryWatch().beginWrite(process, memory, pool.span(page), "use by somebody else");
                }
            }
            receiver = new PipeReceiver(
                    new PipeConfig(1, digest, 1, 1, GRANTED),
                    new PipePorts(memory, memory.mover(), new Deaf(process.transport()), Telemetry.NONE),
                    PEER,
                    1,
                    pool,
                    () -> pages.isEmpty() ? PagePool.NO_PAGE : pages.remove(),
                    this,
                    false);
            receiver.step();
        }

        /** Returns whether the sender went too far. */
        boolean run() {
            boolean failed = false;
            List<byte[]> messages = messages();
            int damaged = random.nextInt(messages.size());
            try {
                for (int i = 0; i < messages.size(); i++) {
                    ByteBuffer message = i == damaged
                            ? Damage.of(messages.get(i), random)
                            : ByteBuffer.wrap(messages.get(i)).order(ByteOrder.LITTLE_ENDIAN);
                    if (Notification.type(message) == Notification.PART) {
                        receiver.onPart(message);
                    }
                    step();
                }
            } catch (KvTransferException e) {
                assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL);
                failed = true;
            }
            receiver.fail(new KvTransferException(FailureKind.PROTOCOL, "test", "it is over"));
            held.forEach(ArrivingObject::settle);
            while (!receiver.quiet()) {
                step();
            }
            receiver.liftQuarantine();
            assertThat(pool.heldPages()).isEqualTo(OTHERS);
            return failed;
        }

        private void step() {
            world.advance(random.nextInt(20_000));
            memory.poll(10);
            receiver.step();
        }

        /** A few objects, as a sender would send them, through all granted pages. */
        private List<byte[]> messages() {
            List<byte[]> messages = new ArrayList<>();
            PartWriter writer = new PartWriter();
            long sequence = 1;
            for (int page = 0; page < GRANTED; page++) {
                int offset = 0;
                while (offset < PAGE_BYTES) {
                    int entries = 1 + random.nextInt(3);
                    int[] lengths = random.ints(entries, 0, 600).toArray();
                    int end = offset;
                    for (int i = 0; i < entries; i++) {
                        end = (int) Alignment.up(end) + lengths[i];
                    }
                    if (end > PAGE_BYTES) {
                        break;
                    }
                    writer.begin(1, sequence++, page, offset);
                    for (int length : lengths) {
                        int last = random.nextInt(10) == 0 ? PartEntry.ABANDONED : digest ? PartEntry.DIGEST : 0;
                        // The digest of zeros, which is what the pages hold.
                        int entry = writer.add(PartEntry.FIRST | PartEntry.LAST | last, length, length, new byte[3]);
                        if (last == PartEntry.DIGEST) {
                            writer.setDigest(entry, digestOfZeros(length));
                        }
                    }
                    ByteBuffer message = writer.end(end - offset);
                    byte[] bytes = new byte[message.remaining()];
                    message.get(bytes);
                    messages.add(bytes);
                    offset = (int) Alignment.up(end);
                }
            }
            return messages;
        }

        private static long digestOfZeros(int length) {
            int units = (length + Digest.UNIT_BYTES - 1) / Digest.UNIT_BYTES;
            return Digest.ofWords(LongBuffer.allocate(2 * units), 0, 2 * units, 0);
        }

        @Override
        public Placement place(ArrivingObject object) {
            if (object.lengthBytes() > 100_000 || random.nextInt(10) == 0) {
                return Placement.refuse(FailureKind.CAPACITY);
            }
            if (random.nextBoolean()) {
                return Placement.inPlace();
            }
            Region destination = memory.allocate(Math.max(1, object.lengthBytes()));
            destinations.add(destination);
            return Placement.into(destination.span().slice(0, object.lengthBytes()));
        }

        @Override
        public void deliver(ArrivingObject object) {
            for (Span piece : object.pieces()) {
                assertThat(piece.endBytes()).isLessThanOrEqualTo(GRANTED * PAGE_BYTES);
            }
            if (random.nextBoolean()) {
                held.add(object);
            } else {
                object.settle();
            }
        }

        @Override
        public void dropped(ArrivingObject object, KvTransferException cause) {}
    }
}
