// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.transport.testkit.Seeds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartCodecTest {
    private static final RingGeometry RING = new RingGeometry(new RegionId(3), 64 * 1024, 7);

    /** What is written as one entry. */
    private static final class Entry {
        final int flags;
        final long pieceBytes;
        final long objectBytes;
        final byte[] header;
        final long digest;

        Entry(int flags, long pieceBytes, long objectBytes, byte[] header, long digest) {
            this.flags = flags;
            this.pieceBytes = pieceBytes;
            this.objectBytes = objectBytes;
            this.header = header;
            this.digest = digest;
        }
    }

    private final PartWriter writer = new PartWriter();
    private final PartReader reader = new PartReader();

    @Test
    void shouldReadWhatWasWritten() {
        Seeds.run(random -> {
            for (int round = 0; round < 500; round++) {
                List<Entry> entries = entries(random);
                long offset = random.nextInt(8) * 256L;
                long sequence = 1 + random.nextLong(1000);
                int page = random.nextInt(RING.pages());

                ByteBuffer message = write(entries, sequence, page, offset);

                assertThat(message.remaining()).isLessThanOrEqualTo(Notification.MAX_BYTES);
                assertThat(Notification.type(message)).isEqualTo(Notification.PART);
                assertThat(Notification.epoch(message)).isEqualTo(42);
                reader.read(message, RING);
                assertThat(reader.sequence()).isEqualTo(sequence);
                assertThat(reader.page()).isEqualTo(page);
                assertThat(reader.pageOffset()).isEqualTo(offset);
                assertThat(reader.endsPage()).isFalse();
                long at = offset;
                for (Entry entry : entries) {
                    assertThat(reader.next()).isTrue();
                    assertSame(entry);
                    assertThat(reader.pieceOffset()).isEqualTo(at);
                    at = Alignment.up(at + entry.pieceBytes);
                }
                assertThat(reader.next()).isFalse();
            }
        });
    }

    private void assertSame(Entry entry) {
        assertThat(reader.pieceBytes()).isEqualTo(entry.pieceBytes);
        for (int flag : new int[] {PartEntry.FIRST, PartEntry.LAST, PartEntry.DIGEST, PartEntry.ABANDONED}) {
            assertThat(reader.has(flag)).isEqualTo((entry.flags & flag) != 0);
        }
        if (reader.has(PartEntry.FIRST)) {
            assertThat(reader.objectBytes()).isEqualTo(entry.objectBytes);
            assertThat(reader.header()).isEqualTo(entry.header);
        }
        if (reader.has(PartEntry.DIGEST)) {
            assertThat(reader.digest()).isEqualTo(entry.digest);
        }
    }

    @Test
    void shouldReadThatAPageEnds() {
        writer.begin(42, 9, 6, 512);

        reader.read(writer.end(0), RING);

        assertThat(reader.endsPage()).isTrue();
        assertThat(reader.page()).isEqualTo(6);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void shouldShareWhatHeadersHaveInCommon() {
        byte[] first = new byte[1000];
        byte[] second = first.clone();
        second[999] = 1;
        writer.begin(42, 1, 0, 0);
        writer.add(PartEntry.FIRST | PartEntry.LAST, 0, 0, first);
        writer.add(PartEntry.FIRST | PartEntry.LAST, 0, 0, second);

        assertThat(writer.end(0).remaining()).isLessThan(1000 + 100);
    }

    @Test
    void shouldNotTakeMoreForAnEntryThanTheMost() {
        for (int bits = 0; bits < Long.SIZE; bits++) {
            long length = bits == 0 ? 0 : -1L >>> (Long.SIZE - bits);
            int first = entryBytes(PartEntry.FIRST, length, new byte[300]);
            int whole = entryBytes(PartEntry.FIRST | PartEntry.LAST | PartEntry.DIGEST, length, new byte[300]);

            // It allows for two bytes to say how many are shared, and here that is none.
            assertThat(Math.max(first, whole)).isEqualTo(PartWriter.maxEntryBytes(300, length) - 1);
            assertThat(entryBytes(0, length, new byte[0])).isLessThan(PartWriter.maxEntryBytes(0, length));
            assertThat(entryBytes(PartEntry.LAST | PartEntry.DIGEST, length, new byte[0]))
                    .isLessThan(PartWriter.maxEntryBytes(0, length));
        }
    }

    private int entryBytes(int flags, long length, byte[] header) {
        writer.begin(42, 1, 0, 0);
        writer.add(flags, length, length, header);
        return writer.end(0).remaining() - 48;
    }

    /** What a part of small objects is limited by is their number, and not the notification's length. */
    @Test
    void shouldHaveRoomForAllEntriesOfSmallWholeObjects() {
        writer.begin(42, 1, 0, 0);
        for (int i = 0; i < PartEntry.MAX_ENTRIES; i++) {
            byte[] header = ByteBuffer.allocate(8).putInt(7).putInt(65_000 + i).array();

            assertThat(writer.hasRoomFor(header, 64 << 10)).isTrue();
            writer.add(PartEntry.FIRST | PartEntry.LAST | PartEntry.DIGEST, 64 << 10, 64 << 10, header);
        }

        assertThat(writer.hasRoomFor(new byte[0], 0)).isFalse();
    }

    /** What a sender is told still fits must fit. */
    @Test
    void shouldFitWhatItHasRoomFor() {
        Seeds.run(random -> {
            for (int round = 0; round < 500; round++) {
                writer.begin(Long.MIN_VALUE, Long.MAX_VALUE, 0, 0);
                byte[] header = {};
                while (writer.hasRoomFor(header, Long.MAX_VALUE)) {
                    boolean whole = random.nextBoolean();
                    int flags = whole ? PartEntry.FIRST | PartEntry.LAST | PartEntry.DIGEST : PartEntry.FIRST;
                    writer.add(flags, Long.MAX_VALUE, Long.MAX_VALUE, header);
                    header = random.nextInt(20) == 0
                            ? new byte[random.nextInt(PartEntry.MAX_HEADER_BYTES)]
                            : next(header, random);
                }

                assertThat(writer.end(0).remaining()).isLessThanOrEqualTo(Notification.MAX_BYTES);
            }
        });
    }

    /** Whatever comes, it is read within the page, or it is a PROTOCOL failure. */
    @Test
    void shouldFailInOrderOnWhateverIsNoPart() {
        Seeds.run(random -> {
            for (int round = 0; round < 10_000; round++) {
                ByteBuffer message = write(entries(random), 1, random.nextInt(RING.pages()), random.nextInt(8) * 256L);
                byte[] bytes = new byte[message.remaining()];
                message.get(bytes);

                readGuarded(Damage.of(bytes, random));
            }
        });
    }

    private void readGuarded(ByteBuffer message) {
        try {
            if (Notification.type(message) != Notification.PART) {
                return;
            }
            reader.read(message, RING);
            require(reader.page() >= 0 && reader.page() < RING.pages());
            long from = reader.pageOffset();
            require(within(from, reader.lengthBytes(), RING.pageBytes()));
            while (reader.next()) {
                require(within(reader.pieceOffset() - from, reader.pieceBytes(), reader.lengthBytes()));
                if (reader.has(PartEntry.FIRST)) {
                    require(within(0, reader.objectBytes(), PartEntry.MAX_OBJECT_BYTES));
                    require(reader.header().length <= PartEntry.MAX_HEADER_BYTES);
                }
            }
        } catch (KvTransferException e) {
            assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL);
        }
    }

    private static boolean within(long offset, long length, long bytes) {
        return offset >= 0 && length >= 0 && offset <= bytes && length <= bytes - offset;
    }

    /** Faster than an assertion of the library's, in the innermost loop. */
    private static void require(boolean truth) {
        if (!truth) {
            throw new AssertionError("read something that is not within the page");
        }
    }

    @Test
    void shouldNameWhatIsWrong() {
        writer.begin(42, 1, RING.pages(), 0);

        assertThatExceptionOfType(KvTransferException.class)
                .isThrownBy(() -> reader.read(writer.end(0), RING))
                .withMessageContaining("page 7 of 7");
    }

    private ByteBuffer write(List<Entry> entries, long sequence, int page, long offset) {
        long end = offset;
        for (Entry entry : entries) {
            end = Alignment.up(end) + entry.pieceBytes;
        }
        writer.begin(42, sequence, page, offset);
        for (Entry entry : entries) {
            int flags = entry.flags & ~PartEntry.ABANDONED;
            assertThat(writer.entries())
                    .isEqualTo(writer.add(flags, entry.pieceBytes, entry.objectBytes, entry.header));
        }
        // In any order, and when all are there.
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            if ((entry.flags & PartEntry.DIGEST) != 0) {
                writer.setDigest(i, entry.digest);
            }
            if ((entry.flags & PartEntry.ABANDONED) != 0) {
                writer.setAbandoned(i);
            }
        }
        return writer.end(end - offset);
    }

    private static List<Entry> entries(Random random) {
        List<Entry> entries = new ArrayList<>();
        int count = 1 + random.nextInt(random.nextBoolean() ? 3 : 60);
        byte[] header = {};
        for (int i = 0; i < count; i++) {
            int flags = random.nextInt(16);
            if ((flags & PartEntry.LAST) == 0) {
                flags &= PartEntry.FIRST;
            }
            long piece = random.nextBoolean() ? 0 : random.nextInt(700);
            header = next(header, random);
            boolean whole = (flags & PartEntry.FIRST) != 0 && (flags & PartEntry.LAST) != 0;
            long objectBytes = whole ? piece : random.nextLong(PartEntry.MAX_OBJECT_BYTES);
            entries.add(new Entry(flags, piece, objectBytes, header, random.nextLong()));
        }
        return entries;
    }

    /** Shares its beginning with the one before. */
    private static byte[] next(byte[] header, Random random) {
        byte[] next = new byte[random.nextInt(100)];
        random.nextBytes(next);
        System.arraycopy(header, 0, next, 0, random.nextInt(1 + Math.min(header.length, next.length)));
        return next;
    }
}
