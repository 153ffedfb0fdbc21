// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.CopyMode;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An object's bytes on their way from one tier to another. */
final class ObjectCopy implements Completion {
    /** So few segments go to the copy engine of a GPU, which moves bytes to and from the host faster than a kernel. */
    private static final int SEGMENTS = 4;

    /** Told once what became of it. */
    interface Ended {
        /**
         * All bytes are there, or a failure is.
         *
         * @param digest of what has arrived; 0 if it was not wanted
         */
        void ended(long digest, @Nullable KvTransferException failure);
    }

    private final Memory memory;
    private final boolean digestApart;
    private final Ended ended;
    private List<SegmentList> requests = List.of();
    private int running;
    private boolean digesting;
    private @Nullable KvTransferException failure;

    private ObjectCopy(Memory memory, boolean digestApart, Ended ended) {
        this.memory = memory;
        this.digestApart = digestApart;
        this.ended = ended;
    }

    /** Begins to copy. What arrives has the digest that it has: it is not looked at. */
    static void begin(Memory memory, List<Span> from, List<Span> to, Ended ended) {
        new ObjectCopy(memory, false, ended).submit(CopyMode.COPY, segments(from, to));
    }

    /**
     * Begins to copy, and to digest what arrives.
     *
     * @param apart whether the digest is computed after the copy, in the memory that the bytes have come to, and not by the copy
     */
    static void beginChecked(Memory memory, boolean apart, List<Span> from, List<Span> to, Ended ended) {
        ObjectCopy copy = new ObjectCopy(memory, apart, ended);
        copy.submit(apart ? CopyMode.COPY : CopyMode.COPY_AND_DIGEST, segments(from, to));
    }

    /** Both sides are cut where either is. */
    private static List<SegmentList> segments(List<Span> from, List<Span> to) {
        List<SegmentList> lists = new ArrayList<>(1);
        SegmentList list = new SegmentList(SEGMENTS);
        lists.add(list);
        int source = 0;
        long sourceAt = 0;
        long objectAt = 0;
        for (Span target : to) {
            long targetAt = 0;
            while (targetAt < target.lengthBytes()) {
                Span piece = from.get(source);
                long bytes = Math.min(piece.lengthBytes() - sourceAt, target.lengthBytes() - targetAt);
                if (list.isFull()) {
                    list = new SegmentList(SEGMENTS);
                    lists.add(list);
                }
                list.add(
                        piece.region(),
                        piece.offsetBytes() + sourceAt,
                        target.region(),
                        target.offsetBytes() + targetAt,
                        bytes,
                        objectAt);
                targetAt += bytes;
                sourceAt += bytes;
                objectAt += bytes;
                if (sourceAt == piece.lengthBytes()) {
                    source++;
                    sourceAt = 0;
                }
            }
        }
        return lists;
    }

    private void submit(CopyMode mode, List<SegmentList> lists) {
        requests = lists;
        digesting = mode.digests();
        running = lists.size();
        for (SegmentList list : lists) {
            memory.submit(mode, list, this);
        }
    }

    @Override
    public void completed() {
        if (--running == 0) {
            next();
        }
    }

    @Override
    public void failed(KvTransferException cause) {
        if (failure == null) {
            failure = cause;
        }
        if (--running == 0) {
            next();
        }
    }

    private void next() {
        if (failure != null) {
            ended.ended(0, failure);
        } else if (digesting) {
            ended.ended(digest(), null);
        } else if (digestApart) {
            submit(CopyMode.DIGEST, arrived());
        } else {
            ended.ended(0, null);
        }
    }

    /** What was copied to becomes what is digested. */
    private List<SegmentList> arrived() {
        List<SegmentList> lists = new ArrayList<>(requests.size());
        for (SegmentList copied : requests) {
            SegmentList list = new SegmentList(SEGMENTS);
            for (int i = 0; i < copied.size(); i++) {
                list.add(
                        copied.toRegion(i),
                        copied.toOffset(i),
                        copied.toRegion(i),
                        copied.toOffset(i),
                        copied.length(i),
                        copied.objectOffset(i));
            }
            lists.add(list);
        }
        return lists;
    }

    private long digest() {
        long sum = 0;
        for (SegmentList list : requests) {
            for (int i = 0; i < list.size(); i++) {
                sum += list.digest(i);
            }
        }
        return sum;
    }
}
