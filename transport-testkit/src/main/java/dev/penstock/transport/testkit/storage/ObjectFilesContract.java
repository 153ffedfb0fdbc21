// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.ports.Digest;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Span;
import dev.penstock.ports.storage.ObjectFile;
import dev.penstock.ports.storage.ObjectFiles;
import dev.penstock.transport.testkit.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every storage of objects must do. A subclass names the implementation. */
public abstract class ObjectFilesContract {
    private static final long PATIENCE_NS = Duration.ofSeconds(60).toNanos();

    private final List<ObjectFiles> opened = new ArrayList<>();

    /** For subclasses. */
    protected ObjectFilesContract() {}

    /** Memory of the host. Always the same one. */
    protected abstract Memory memory();

    /** Opens the storage, which keeps what an earlier one of the same test has stored. */
    protected abstract ObjectFiles open();

    /** Changes one byte of what is stored of an object. */
    protected abstract void damage(ObjectFile file, long objectOffsetBytes);

    /** Lets time pass, where it doesn't by itself. */
    protected void pass() {
        Thread.onSpinWait();
    }

    @AfterEach
    void close() {
        opened.forEach(ObjectFiles::close);
    }

    private ObjectFiles opened() {
        ObjectFiles files = open();
        opened.add(files);
        return files;
    }

    private ObjectFiles reopened(ObjectFiles files) {
        files.close();
        return opened();
    }

    @Test
    void shouldFindWhatWasWritten() {
        Seeds.run(random -> {
            ObjectFiles files = opened();
            assertThat(files.found()).isEmpty();
            Map<Long, byte[]> contents = new HashMap<>();
            Map<Long, byte[]> descriptions = new HashMap<>();
            List<Long> numbers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                byte[] content = bytes(random, 1 + random.nextInt(5_000));
                byte[] description = bytes(random, 1 + random.nextInt(i == 0 ? ObjectFile.MAX_DESCRIPTION_BYTES : 90));
                ObjectFile file = files.name(description, content.length, digest(content));
                succeed(files, write(files, file, spans(random, content)));
                contents.put(file.number(), content);
                descriptions.put(file.number(), description);
                numbers.add(file.number());
            }
            assertThat(numbers).isSorted().doesNotHaveDuplicates();

            ObjectFiles again = reopened(files);

            assertThat(again.discarded()).isZero();
            assertThat(again.found()).extracting(ObjectFile::number).isEqualTo(numbers);
            for (ObjectFile file : again.found()) {
                byte[] content = Objects.requireNonNull(contents.get(file.number()));
                assertThat(file.description()).isEqualTo(descriptions.get(file.number()));
                assertThat(file.digest()).isEqualTo(digest(content));
                assertThat(read(again, file, random)).isEqualTo(content);
            }
            assertThat(again.name(new byte[1], 1, 0).number()).isGreaterThan(numbers.get(numbers.size() - 1));
        });
    }

    @Test
    void shouldNotFindWhatWasRemovedOrOnlyNamed() {
        Seeds.run(random -> {
            ObjectFiles files = opened();
            ObjectFile gone = stored(files, random, 3_000);
            ObjectFile stays = stored(files, random, 3_000);
            ObjectFile never = files.name(new byte[] {1}, 10, 0);

            succeed(files, remove(files, gone));
            succeed(files, remove(files, never));
            assertThat(fail(files, submitRead(files, gone)).kind()).isEqualTo(FailureKind.UNAVAILABLE);

            ObjectFiles again = reopened(files);
            assertThat(again.found()).extracting(ObjectFile::number).containsExactly(stays.number());
            succeed(again, remove(again, again.found().get(0)));
            assertThat(reopened(again).found()).isEmpty();
        });
    }

    @Test
    void shouldNoticeEachFlippedByte() {
        Seeds.run(random -> {
            ObjectFiles files = opened();
            for (int run = 0; run < 20; run++) {
                int length = 1 + random.nextInt(100_000);
                ObjectFile file = stored(files, random, length);
                damage(file, random.nextInt(length));

                assertThat(fail(files, submitRead(files, file)).kind()).isEqualTo(FailureKind.CORRUPTED);
                succeed(files, remove(files, file));
            }
        });
    }

    @Test
    void shouldNotKeepBytesThatDoNotHaveTheirDigest() {
        Seeds.run(random -> {
            ObjectFiles files = opened();
            byte[] content = bytes(random, 10_000);
            ObjectFile file = files.name(new byte[] {1}, content.length, digest(content));
            content[random.nextInt(content.length)] ^= 4;

            assertThat(fail(files, write(files, file, spans(random, content))).kind())
                    .isEqualTo(FailureKind.CORRUPTED);

            assertThat(fail(files, submitRead(files, file)).kind()).isEqualTo(FailureKind.UNAVAILABLE);
            assertThat(reopened(files).found()).isEmpty();
        });
    }

    @Test
    void shouldWorkOnManyFilesAtATime() {
        Seeds.run(random -> {
            ObjectFiles files = opened();
            List<Told> writes = new ArrayList<>();
            Map<ObjectFile, byte[]> contents = new HashMap<>();
            for (int i = 0; i < 50; i++) {
                byte[] content = bytes(random, 1 + random.nextInt(20_000));
                ObjectFile file = files.name(new byte[] {(byte) i}, content.length, digest(content));
                writes.add(write(files, file, spans(random, content)));
                contents.put(file, content);
            }
            writes.forEach(told -> assertThat(told.over).isFalse());
            writes.forEach(told -> succeed(files, told));
            contents.forEach(
                    (file, content) -> assertThat(read(files, file, random)).isEqualTo(content));
        });
    }

    @Test
    void shouldTellAtMostAsManyAsAskedFor() {
        Seeds.run(random -> {
            ObjectFiles files = opened();
            List<Told> removals = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                removals.add(remove(files, files.name(new byte[] {1}, 1, 0)));
            }
            int before = 0;
            long begin = System.nanoTime();
            while (before < removals.size()) {
                assertThat(files.poll(1)).isLessThanOrEqualTo(1);
                int now = (int) removals.stream().filter(told -> told.over).count();
                assertThat(now - before).isLessThanOrEqualTo(1);
                before = now;
                pass();
                requirePatience(begin);
            }
            assertThat(files.poll(1)).isZero();
        });
    }

    @Test
    void shouldTellOfAllRequestsWhenItCloses() {
        Seeds.run(random -> {
            ObjectFiles files = opened();
            List<Told> writes = new ArrayList<>();
            List<Long> written = new ArrayList<>();
            List<ObjectFile> named = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                byte[] content = bytes(random, 5_000);
                ObjectFile file = files.name(new byte[] {1}, content.length, digest(content));
                writes.add(write(files, file, spans(random, content)));
                named.add(file);
            }

            files.close();
            files.close();

            for (int i = 0; i < writes.size(); i++) {
                Told told = writes.get(i);
                assertThat(told.over).isTrue();
                if (told.failure == null) {
                    written.add(named.get(i).number());
                } else {
                    assertThat(told.failure.kind()).isEqualTo(FailureKind.CLOSED);
                }
            }
            assertThatIllegalStateException().isThrownBy(() -> remove(files, named.get(0)));
            assertThat(files.poll(1)).isZero();
            assertThat(opened().found()).extracting(ObjectFile::number).isEqualTo(written);
        });
    }

    @Test
    void shouldRefuseMemoryThatDoesNotFit() {
        Seeds.run(random -> {
            ObjectFiles files = opened();
            ObjectFile file = files.name(new byte[] {1}, 100, 0);
            Span memory = memory().allocate(200).span();

            assertThatIllegalArgumentException().isThrownBy(() -> write(files, file, List.of(memory)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> write(files, file, List.of(memory.slice(0, 90), memory.slice(96, 10))));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> files.submitRead(file, List.of(memory.slice(0, 99)), new Told()));
            memory().free(memory.region());
        });
    }

    /** A completion that remembers how its request ended, and insists on being told once. */
    private static final class Told implements Completion {
        boolean over;

        @Nullable
        KvTransferException failure;

        @Override
        public void completed() {
            assertThat(over).isFalse();
            over = true;
        }

        @Override
        public void failed(KvTransferException cause) {
            completed();
            failure = cause;
        }
    }

    private ObjectFile stored(ObjectFiles files, Random random, int length) {
        byte[] content = bytes(random, length);
        ObjectFile file = files.name(new byte[] {7}, length, digest(content));
        succeed(files, write(files, file, spans(random, content)));
        return file;
    }

    private static Told write(ObjectFiles files, ObjectFile file, List<Span> from) {
        Told told = new Told();
        files.submitWrite(file, from, told);
        return told;
    }

    private static Told remove(ObjectFiles files, ObjectFile file) {
        Told told = new Told();
        files.submitRemove(file, told);
        return told;
    }

    private Told submitRead(ObjectFiles files, ObjectFile file) {
        Told told = new Told();
        files.submitRead(file, List.of(memory().allocate(file.lengthBytes()).span()), told);
        return told;
    }

    private byte[] read(ObjectFiles files, ObjectFile file, Random random) {
        List<Span> to = spans(random, new byte[(int) file.lengthBytes()]);
        Told told = new Told();
        files.submitRead(file, to, told);
        succeed(files, told);
        ByteBuffer all = ByteBuffer.allocate((int) file.lengthBytes());
        for (Span span : to) {
            ByteBuffer part = all.slice(all.position(), (int) span.lengthBytes());
            memory().read(span, part);
            all.position(all.position() + (int) span.lengthBytes());
        }
        return all.array();
    }

    /** Memory with these bytes, in one piece or some, none next to the other. */
    private List<Span> spans(Random random, byte[] content) {
        Span all = memory().allocate(3L * content.length + 64).span();
        List<Span> spans = new ArrayList<>();
        int units = content.length / Digest.UNIT_BYTES;
        int done = 0;
        long at = random.nextInt(3);
        while (done < content.length) {
            int rest = content.length - done;
            int length = random.nextBoolean() || units == 0
                    ? rest
                    : Math.min(rest, Digest.UNIT_BYTES * (1 + random.nextInt(units)));
            Span span = all.slice(at, length);
            memory().write(ByteBuffer.wrap(content, done, length), span);
            spans.add(span);
            done += length;
            at += length + 1;
        }
        return spans;
    }

    private void succeed(ObjectFiles files, Told told) {
        await(files, told);
        assertThat(told.failure).isNull();
    }

    private KvTransferException fail(ObjectFiles files, Told told) {
        await(files, told);
        KvTransferException failure = told.failure;
        if (failure == null) {
            throw new AssertionError("it has not failed");
        }
        assertThat(failure).hasMessageMatching("(?s).+");
        return failure;
    }

    private void await(ObjectFiles files, Told told) {
        long begin = System.nanoTime();
        while (!told.over) {
            if (files.poll(8) == 0) {
                pass();
            }
            requirePatience(begin);
        }
    }

    private static void requirePatience(long begin) {
        assertThat(System.nanoTime() - begin).as("time for a request").isLessThan(PATIENCE_NS);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The definition, unit by unit. */
    private static long digest(byte[] content) {
        ByteBuffer padded = ByteBuffer.wrap(Arrays.copyOf(
                        content, (content.length + Digest.UNIT_BYTES - 1) / Digest.UNIT_BYTES * Digest.UNIT_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        long digest = 0;
        for (int unit = 0; padded.hasRemaining(); unit++) {
            digest += Digest.unit(padded.getLong(), padded.getLong(), unit * Digest.STEP);
        }
        return digest;
    }
}
