// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.domain.channel.ObjectMetaCodec;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.store.EvictionPolicy;
import dev.penstock.domain.store.FileIndex;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.ports.Clock;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.Span;
import dev.penstock.ports.storage.ObjectFile;
import dev.penstock.ports.storage.ObjectFiles;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tier of files: an index with a capacity over {@link ObjectFiles}. An object can be found here when its file is written,
 * and not any more when it is given up; its file is removed after that.
 *
 * <p>Belongs to the loop's thread. Whoever opened the files closes them.
 */
public final class FileTier {
    private static final int POLL_LIMIT = 32;

    private final ObjectFiles files;
    private final FileIndex index;
    private final Telemetry telemetry;
    private final Map<StoredObject, ObjectFile> byObject = new HashMap<>();
    private final ArrayDeque<ObjectFile> toRemove = new ArrayDeque<>();
    /** Names of files that are to be written, by key. */
    private final Map<String, ObjectFile> reserved = new HashMap<>();

    private final Flow writes;
    private final Flow reads;
    private Consumer<String> evicted = key -> {};
    private long capacityBytes;
    private long writingBytes;
    /** Of files whose object was given up, but which still take room. */
    private long leavingBytes;

    private int removing;

    /**
     * A tier with what the files already hold. Of two files with one key the newer one counts.
     *
     * @param capacityBytes how many bytes of objects to keep
     * @param policy the order of eviction, for this tier alone
     */
    public FileTier(ObjectFiles files, long capacityBytes, EvictionPolicy policy, Clock clock, Telemetry telemetry) {
        this.files = files;
        this.capacityBytes = capacityBytes;
        this.index = new FileIndex(policy);
        this.telemetry = telemetry;
        this.writes = new Flow(Metric.DISK_BYTES_WRITTEN, Metric.DISK_WRITE_NANOS, clock, telemetry);
        this.reads = new Flow(Metric.DISK_BYTES_READ, Metric.DISK_READ_NANOS, clock, telemetry);
        telemetry.add(Metric.TIER_DAMAGES, files.discarded());
        files.found().forEach(this::adopt);
        makeRoom(0);
    }

    private void adopt(ObjectFile file) {
        ObjectMeta meta;
        try {
            meta = ObjectMetaCodec.decode(file.description(), file.lengthBytes());
        } catch (KvTransferException unknownForm) {
            telemetry.add(Metric.TIER_DAMAGES, 1);
            leavingBytes += file.lengthBytes();
            toRemove.add(file);
            return;
        }
        remove(meta.key());
        byObject.put(index.add(meta, file.digest()), file);
    }

    /** Tells of each key whose object is evicted. The listener must not change this tier. */
    void onEviction(Consumer<String> listener) {
        evicted = listener;
    }

    /** Goes on with what is under way. Returns how much was done. */
    int step() {
        int work = files.poll(POLL_LIMIT);
        while (!toRemove.isEmpty()) {
            ObjectFile file = toRemove.remove();
            removing++;
            files.submitRemove(file, new Removal(file.lengthBytes()));
            work++;
        }
        return work;
    }

    private final class Removal implements Completion {
        private final long lengthBytes;

        Removal(long lengthBytes) {
            this.lengthBytes = lengthBytes;
        }

        @Override
        public void completed() {
            removing--;
            leavingBytes -= lengthBytes;
        }

        @Override
        public void failed(KvTransferException failure) {
            // The file stays until the folder is opened again; to wait for its room would be in vain.
            completed();
        }
    }

    /** How many requests are under way. */
    int running() {
        return writes.running() + reads.running() + removing + toRemove.size();
    }

    /** Whether an object of this length can have room here at all. */
    boolean takes(long lengthBytes) {
        return lengthBytes <= capacityBytes;
    }

    /**
     * Names the files of objects that may be written later, so that the last one counts as the newest whenever it is written.
     * Names that were reserved before are given up.
     */
    void reserve(Iterable<StoredObject> objects) {
        reserved.clear();
        for (StoredObject object : objects) {
            if (find(object.key()) == null) {
                reserved.put(object.key(), name(object));
            }
        }
    }

    private ObjectFile name(StoredObject object) {
        return files.name(ObjectMetaCodec.encode(object.meta()), object.lengthBytes(), object.digest());
    }

    /** The name that was reserved for these bytes, or a new one. */
    private ObjectFile nameOf(StoredObject object) {
        ObjectFile named = reserved.remove(object.key());
        boolean fits =
                named != null && named.digest() == object.digest() && named.lengthBytes() == object.lengthBytes();
        return named != null && fits ? named : name(object);
    }

    /**
     * Begins to write an object, evicting others to make room. When it has completed, the object can be found here.
     *
     * @param object in host memory, leased until the completion is called
     * @return false if there is no room now; nothing was begun
     */
    boolean write(StoredObject object, Completion completion) {
        long length = object.lengthBytes();
        if (!makeRoom(length)) {
            return false;
        }
        ObjectFile file = nameOf(object);
        writingBytes += length;
        writes.began();
        files.submitWrite(file, object.pieces(), new Completion() {
            @Override
            public void completed() {
                writingBytes -= length;
                writes.ended(length);
                remove(object.key());
                byObject.put(index.add(object.meta(), object.digest()), file);
                completion.completed();
            }

            @Override
            public void failed(KvTransferException failure) {
                writingBytes -= length;
                writes.ended(0);
                if (failure.kind() == FailureKind.CAPACITY) {
                    // The disk is full before we are: what is there now is all that it takes.
                    capacityBytes = Math.min(capacityBytes, index.usedBytes() + writingBytes);
                }
                completion.failed(failure);
            }
        });
        return true;
    }

    private boolean makeRoom(long bytes) {
        while (index.usedBytes() + writingBytes + bytes > capacityBytes) {
            StoredObject victim = index.victim();
            if (victim == null) {
                return false;
            }
            discard(victim);
            evicted.accept(victim.key());
        }
        return index.usedBytes() + writingBytes + leavingBytes + bytes <= capacityBytes;
    }

    /** Begins to read an object that is here into host memory. It stays here. */
    void read(StoredObject object, List<Span> to, Completion completion) {
        ObjectFile file = Objects.requireNonNull(byObject.get(object), "it is not here");
        index.readBegan(object);
        reads.began();
        files.submitRead(file, to, new Completion() {
            @Override
            public void completed() {
                ended(object.lengthBytes());
                completion.completed();
            }

            @Override
            public void failed(KvTransferException failure) {
                ended(0);
                completion.failed(failure);
            }

            private void ended(long bytes) {
                reads.ended(bytes);
                index.readEnded(object);
                if (!object.isStored() && !index.isBeingRead(object)) {
                    toRemove.add(file);
                }
            }
        });
    }

    /** The object of that key, or null. */
    @Nullable
    StoredObject find(String key) {
        return index.find(key);
    }

    void touch(String key) {
        index.touch(key);
    }

    void guard(StoredObject object, boolean guarded) {
        index.guard(object, guarded);
    }

    /** Gives up the object of a key. Returns whether there was one. */
    boolean remove(String key) {
        StoredObject object = index.find(key);
        if (object == null) {
            return false;
        }
        discard(object);
        return true;
    }

    /** Gives up exactly this object, if it is still there. */
    void discard(StoredObject object) {
        ObjectFile file = byObject.remove(object);
        if (file == null) {
            return;
        }
        index.remove(object);
        leavingBytes += file.lengthBytes();
        // Otherwise its last read does it.
        if (!index.isBeingRead(object)) {
            toRemove.add(file);
        }
    }

    /** The keys of all objects. */
    List<String> keys() {
        List<String> keys = new ArrayList<>();
        index.objects().forEach(object -> keys.add(object.key()));
        return keys;
    }

    /** Bytes of objects that it holds at most, as far as is known. */
    long capacityBytes() {
        return capacityBytes;
    }

    /** Bytes of the objects that can be found. */
    public long usedBytes() {
        return index.usedBytes();
    }
}
