// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.host.HostMemory;
import dev.penstock.adapter.host.HostPagedKvMover;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.simulation.DelayingMemory;
import dev.penstock.transport.testkit.simulation.Faults;
import dev.penstock.transport.testkit.simulation.SimulatedProcess;
import dev.penstock.transport.testkit.simulation.SimulatedWorld;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ObjectCopyTest {
    private static final class Told implements ObjectCopy.Ended {
        boolean over;
        long digest;

        @Nullable
        KvTransferException failure;

        @Override
        public void ended(long theDigest, @Nullable KvTransferException why) {
            assertThat(over).isFalse();
            over = true;
            digest = theDigest;
            failure = why;
        }
    }

    private static DelayingMemory memory(SimulatedWorld world) {
        SimulatedProcess process = world.start("one");
        HostMemory exact = new HostMemory(process.hostRegions());
        return process.delaying(exact, new HostPagedKvMover(exact));
    }

    /** Random pieces, all but the last of a multiple of 256 bytes, anywhere in memory of their own. */
    private static List<Span> pieces(Random random, DelayingMemory memory, int length) {
        List<Span> pieces = new ArrayList<>();
        Span all = memory.allocate(3L * length + 4096).span();
        long at = 0;
        int done = 0;
        while (done < length) {
            int rest = length - done;
            int bytes = random.nextBoolean() ? rest : Math.min(rest, 256 * (1 + random.nextInt(8)));
            pieces.add(all.slice(at, bytes));
            at += bytes + random.nextInt(100);
            done += bytes;
        }
        return pieces;
    }

    @Test
    void shouldBringEveryByteAndSayWhatHasArrived() {
        for (int run = 0; run < 200; run++) {
            Seeds.run(random -> {
                SimulatedWorld world = new SimulatedWorld(random, Faults.delays(random, 100_000), false, null);
                DelayingMemory memory = memory(world);
                byte[] content = new byte[1 + random.nextInt(20_000)];
                random.nextBytes(content);
                List<Span> from = pieces(random, memory, content.length);
                List<Span> to = pieces(random, memory, content.length);
                int at = 0;
                for (Span piece : from) {
                    memory.write(ByteBuffer.wrap(content, at, (int) piece.lengthBytes()), piece);
                    at += (int) piece.lengthBytes();
                }
                Told told = new Told();
                boolean checked = random.nextInt(3) > 0;
                if (checked) {
                    ObjectCopy.beginChecked(memory, random.nextBoolean(), from, to, told);
                } else {
                    ObjectCopy.begin(memory, from, to, told);
                }
                while (!told.over) {
                    memory.poll(3);
                    world.advance(1_000);
                }
                assertThat(told.failure).isNull();
                assertThat(told.digest).isEqualTo(checked ? TierScene.digest(content) : 0);
                ByteBuffer arrived = ByteBuffer.allocate(content.length);
                for (Span piece : to) {
                    ByteBuffer part = ByteBuffer.allocate((int) piece.lengthBytes());
                    memory.read(piece, part);
                    arrived.put(part.flip());
                }
                assertThat(arrived.array()).isEqualTo(content);
            });
        }
    }

    @Test
    void shouldTellOnceWhenRequestsFail() {
        for (int run = 0; run < 50; run++) {
            Seeds.run(random -> {
                SimulatedWorld world = new SimulatedWorld(
                        random, Faults.delays(random, 100_000).withFailures(0, 0.5), false, null);
                DelayingMemory memory = memory(world);
                List<Span> from = pieces(random, memory, 20_000);
                List<Span> to = pieces(random, memory, 20_000);
                Told told = new Told();
                ObjectCopy.beginChecked(memory, random.nextBoolean(), from, to, told);
                for (int i = 0; i < 1_000; i++) {
                    memory.poll(3);
                    world.advance(1_000);
                }
                assertThat(told.over).isTrue();
                memory.close();
            });
        }
    }
}
