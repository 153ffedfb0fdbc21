// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.store.ContentListener;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.PageFiller;
import dev.penstock.domain.store.PageFiller.Place;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.ports.Clock;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.Span;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is below the upper tier: copies go down in advance, objects come up when they are asked for, and where nothing moves for
 * long something gives way.
 */
final class LowerTiers {
    /** Copies down, or writes, at a time: enough to keep a bus, or a disk, busy with objects of any usual size. */
    private static final int MOST_MOVES = 16;

    private final StoreTier upper;
    private final PageFiller upperFiller;
    private final StoreTier host;
    private final PageFiller hostFiller;
    private final @Nullable FileTier files;
    private final CopyGuards guards;
    private final Clock clock;
    private final Telemetry telemetry;
    private final WriteBack toHost;
    private final @Nullable WriteBack toFiles;
    private final Fetches fetches;
    private @Nullable Flush flush;
    private final Standstill standstill = new Standstill();

    LowerTiers(
            StoreTier upper,
            PageFiller upperFiller,
            StoreTier host,
            Optional<FileTier> fileTier,
            Memory memory,
            Predicate<String> held,
            Clock clock,
            Telemetry telemetry) {
        this.upper = upper;
        this.upperFiller = upperFiller;
        this.host = host;
        this.hostFiller = new PageFiller(host.pool(), this::takeHostPage);
        this.files = fileTier.orElse(null);
        this.clock = clock;
        this.telemetry = telemetry;
        this.toHost = new WriteBack(
                upper,
                new HostCopies(upper.store(), host.store(), this::hostPlace, memory, clock, telemetry),
                MOST_MOVES,
                clock,
                telemetry,
                this::settled);
        this.toFiles = fileTier.map(tier ->
                        new WriteBack(host, new ToFiles(tier), MOST_MOVES, clock, telemetry, this::settledInHost))
                .orElse(null);
        this.guards = new CopyGuards(upper.store(), host.store(), files, toHost, toFiles, held);
        this.fetches = new Fetches(this, memory, clock, telemetry);
        upper.store().addContentListener(new ContentListener() {
            @Override
            public void added(StoredObject object) {
                dropOlderCopies(object);
            }

            @Override
            public void removed(StoredObject object) {
                remove(object.key());
            }
        });
        upper.store().addEvictionListener(object -> {
            if (!isBelow(object.key())) {
                telemetry.add(Metric.EVICTED_WITHOUT_COPY, 1);
            }
            reguard(object.key());
        });
        host.store().addEvictionListener(object -> reguard(object.key()));
        fileTier.ifPresent(tier -> tier.onEviction(this::reguard));
    }

    /** A key may have got another object: the copies are of the one before, unless digests say that nothing has changed. */
    private void dropOlderCopies(StoredObject object) {
        StoredObject inHost = host.store().find(object.key());
        if (inHost != null && !inHost.isCopyOf(object)) {
            host.store().discard(inHost);
        }
        StoredObject inFile = inFile(object.key());
        if (inFile != null && !inFile.isCopyOf(object)) {
            dropFile(inFile);
        }
        reguard(object.key());
    }

    /** To be called when a key's copies, or whether it is held, have changed. */
    void reguard(String key) {
        guards.renew(key);
    }

    private boolean isBelow(String key) {
        return host.store().contains(key) || inFile(key) != null;
    }

    private record ToFiles(FileTier files) implements WriteBack.Below {
        @Override
        public boolean takes(long lengthBytes) {
            return files.takes(lengthBytes);
        }

        @Override
        public boolean begin(StoredObject object, Completion completion) {
            return files.write(object, completion);
        }
    }

    private void settled(StoredObject object, @Nullable KvTransferException failure) {
        reguard(object.key());
        if (flush != null) {
            flush.settled(object.key());
        }
    }

    private void settledInHost(StoredObject object, @Nullable KvTransferException failure) {
        StoredObject written = inFile(object.key());
        StoredObject now = host.store().find(object.key());
        if (written != null && (now == null || !now.isCopyOf(written))) {
            // It was removed or replaced while it was written.
            dropFile(written);
        }
        if (failure != null && failure.kind() == FailureKind.CORRUPTED) {
            telemetry.add(Metric.TIER_DAMAGES, 1);
            host.store().discard(object);
        }
        settled(object, failure);
    }

    ObjectStore upper() {
        return upper.store();
    }

    ObjectStore host() {
        return host.store();
    }

    /** The object of that key that is in a file, or null. */
    @Nullable
    StoredObject inFile(String key) {
        return files == null ? null : files.find(key);
    }

    void readFile(StoredObject inFile, List<Span> to, Completion completion) {
        if (files == null) {
            throw new IllegalStateException("there are no files");
        }
        files.read(inFile, to, completion);
    }

    /** A copy in a file is of no use. */
    void dropFile(StoredObject inFile) {
        if (files != null) {
            files.discard(inFile);
            reguard(inFile.key());
        }
    }

    /** A copy in host memory is of no use. */
    void dropFromHost(StoredObject object) {
        host.store().discard(object);
        reguard(object.key());
    }

    @Nullable
    Place upperPlace(ObjectMeta meta) {
        long pageBytes = upper.pool().geometry().pageBytes();
        return upperFiller.take(meta.lengthBytes(), PageFiller.granularity(meta, pageBytes));
    }

    @Nullable
    Place hostPlace(ObjectMeta meta) {
        long pageBytes = host.pool().geometry().pageBytes();
        return hostFiller.take(meta.lengthBytes(), PageFiller.granularity(meta, pageBytes));
    }

    private int takeHostPage() {
        int page = host.store().takePage();
        if (toFiles != null) {
            toFiles.press(page == PagePool.NO_PAGE);
        }
        return page;
    }

    /** Whether somebody waits for a page of the upper tier, as far as is known. */
    void press(boolean waits) {
        toHost.press(waits);
    }

    /** Whether room in the upper tier may come of what goes on here. */
    boolean mayMakeRoom() {
        return running() > 0 || toHost.hasMore();
    }

    boolean contains(String key) {
        return isBelow(key);
    }

    void touch(String key) {
        host.store().touch(key);
        if (files != null) {
            files.touch(key);
        }
    }

    /** Brings an object up that is not in the upper tier. */
    void get(String key, GetListener listener) {
        if (host.store().contains(key)) {
            telemetry.add(Metric.HOST_TIER_HITS, 1);
        } else {
            telemetry.add(inFile(key) == null ? Metric.TIER_MISSES : Metric.DISK_TIER_HITS, 1);
        }
        fetches.get(key, listener);
    }

    void prefetch(String key, boolean toUpper) {
        fetches.prefetch(key, toUpper);
    }

    long lengthBytes(String key) {
        StoredObject object = host.store().find(key);
        StoredObject either = object == null ? inFile(key) : object;
        return either == null ? 0 : either.lengthBytes();
    }

    long hostCapacityBytes() {
        return host.store().capacityBytes();
    }

    boolean remove(String key) {
        boolean inHost = host.store().remove(key);
        return (files != null && files.remove(key)) || inHost;
    }

    /** Adds the keys of all objects. */
    void addKeysTo(Set<String> keys) {
        host.store().objects().forEach(object -> keys.add(object.key()));
        if (files != null) {
            keys.addAll(files.keys());
        }
    }

    /**
     * Begins to write what is in no file.
     *
     * @param holder holds keys
     * @param listener told how many objects of those in memory are in no file in the end; at once if there are no files
     */
    void flush(Function<List<String>, Hold> holder, long deadlineNanos, IntConsumer listener) {
        if (flush != null) {
            throw new IllegalStateException("one flush at a time: wait until the one before is over");
        }
        if (files == null || toFiles == null) {
            Set<String> inMemory = new HashSet<>();
            upper.store().objects().forEach(object -> inMemory.add(object.key()));
            host.store().objects().forEach(object -> inMemory.add(object.key()));
            listener.accept(inMemory.size());
            return;
        }
        flush = new Flush(
                upper.store(), host.store(), files, toHost, toFiles, this::reguard, holder, deadlineNanos, listener);
        guards.keepFilesForMemory(false);
        flush.begin();
    }

    private int endFlush() {
        Flush over = flush;
        flush = null;
        guards.keepFilesForMemory(true);
        if (over != null) {
            over.end();
        }
        return 1;
    }

    private int running() {
        return toHost.running()
                + (toFiles == null ? 0 : toFiles.running())
                + (files == null ? 0 : files.running())
                + fetches.running();
    }

    int step() {
        int work = files == null ? 0 : files.step();
        // Who waits for an object comes before who copies one in advance.
        work += fetches.step();
        if (toFiles != null) {
            work += toFiles.step();
        }
        work += toHost.step();
        if (flush != null && flush.isOver(clock.nanoTime())) {
            work += endFlush();
        }
        giveWayIfStuck();
        return work;
    }

    /** Of two copies in memory one makes room for what is on disk alone. Returns whether there was such a copy. */
    private boolean dropCopyOfUpper() {
        List<StoredObject> copies = host.store()
                .coldest(1, object -> object.isUnused() && upper.store().contains(object.key()));
        copies.forEach(this::dropFromHost);
        return !copies.isEmpty();
    }

    private void giveWayIfStuck() {
        boolean waits = fetches.isBlocked() || toHost.isBlocked() || (toFiles != null && toFiles.isBlocked());
        if (!standstill.isLong(waits && running() == 0, clock.nanoTime())) {
            return;
        }
        // What loses nothing first; then from below, one at a time: room there is room for those above.
        if (fetches.readFromHost() || (fetches.waitsToRead() && dropCopyOfUpper())) {
            return;
        }
        if (flush != null) {
            // All the room that there is has been taken.
            endFlush();
        } else if (toFiles != null && toFiles.isBlocked()) {
            toFiles.giveWay();
        } else if (toHost.isBlocked()) {
            toHost.giveWay();
        } else {
            fetches.missFirstRead();
        }
    }
}
