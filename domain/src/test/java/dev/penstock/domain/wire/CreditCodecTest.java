// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.transport.testkit.Seeds;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CreditCodecTest {
    private static final RingGeometry RING = new RingGeometry(new RegionId(3), 256, 5000);

    private static final List<FailureKind> KINDS = List.of(FailureKind.values());

    private final CreditWriter writer = new CreditWriter();
    private final CreditReader reader = new CreditReader();

    @Test
    void shouldReadWhatWasWritten() {
        Seeds.run(random -> {
            for (int round = 0; round < 100; round++) {
                long consumed = random.nextLong(Long.MAX_VALUE);
                int[] pages = random.ints(random.nextInt(CreditWriter.MAX_PAGES + 1), 0, RING.pages())
                        .toArray();
                long[] objects = random.longs(random.nextInt(CreditWriter.MAX_REJECTIONS + 1), 0, Long.MAX_VALUE)
                        .toArray();
                FailureKind[] kinds = new FailureKind[objects.length];
                writer.begin(7, 8, consumed);
                for (int page : pages) {
                    writer.grant(page);
                }
                writer.rejections(objects.length);
                for (int i = 0; i < objects.length; i++) {
                    kinds[i] = KINDS.get(random.nextInt(KINDS.size()));
                    writer.reject(objects[i], kinds[i]);
                }

                ByteBuffer message = writer.end();

                assertThat(message.remaining()).isLessThanOrEqualTo(Notification.MAX_BYTES);
                assertThat(Notification.type(message)).isEqualTo(Notification.CREDIT);
                assertThat(Notification.sequence(message)).isEqualTo(8);
                reader.read(message, RING);
                assertThat(reader.consumedThrough()).isEqualTo(consumed);
                int[] pagesRead = new int[pages.length];
                for (int i = 0; i < pages.length; i++) {
                    pagesRead[i] = reader.nextPage();
                }
                assertThat(pagesRead).isEqualTo(pages);
                assertThat(reader.nextPage()).isEqualTo(-1);
                long[] objectsRead = new long[objects.length];
                FailureKind[] kindsRead = new FailureKind[objects.length];
                for (int i = 0; i < objects.length && reader.nextRejection(); i++) {
                    objectsRead[i] = reader.rejectedObject();
                    kindsRead[i] = reader.rejectionKind();
                }
                assertThat(objectsRead).isEqualTo(objects);
                assertThat(kindsRead).isEqualTo(kinds);
                assertThat(reader.nextRejection()).isFalse();
            }
        });
    }

    @Test
    void shouldFailInOrderOnWhateverIsNoCredit() {
        Seeds.run(random -> {
            for (int round = 0; round < 10_000; round++) {
                readGuarded(Damage.of(credit(random), random));
            }
        });
    }

    private byte[] credit(Random random) {
        writer.begin(7, 8, random.nextInt(100));
        for (int i = random.nextInt(5); i > 0; i--) {
            writer.grant(random.nextInt(RING.pages()));
        }
        int rejections = random.nextInt(5);
        writer.rejections(rejections);
        for (int i = 0; i < rejections; i++) {
            writer.reject(random.nextInt(1000), FailureKind.CORRUPTED);
        }
        ByteBuffer message = writer.end();
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        return bytes;
    }

    private void readGuarded(ByteBuffer message) {
        try {
            if (Notification.type(message) != Notification.CREDIT) {
                return;
            }
            reader.read(message, RING);
            assertThat(reader.consumedThrough()).isNotNegative();
            for (int page = reader.nextPage(); page != -1; page = reader.nextPage()) {
                assertThat(page).isBetween(0, RING.pages() - 1);
            }
            while (reader.nextRejection()) {
                assertThat(reader.rejectedObject()).isNotNegative();
            }
        } catch (KvTransferException e) {
            assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL);
        }
    }
}
