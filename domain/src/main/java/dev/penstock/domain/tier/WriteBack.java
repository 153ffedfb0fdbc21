// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.domain.store.Lease;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.ports.Clock;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.memory.Completion;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Copies the cold objects of one tier to the tier below, before they have to go. It keeps a part of the tier ready: free, or
 * with objects of which there is a copy below, so that whoever needs a page evicts one of those. The guarded objects of the
 * store are the ones without a copy.
 */
final class WriteBack {
    /** Objects that are searched for at a time: the search passes by the colder ones that have a copy. */
    private static final int SEARCH = 64;

    /** Of so many parts of a tier ... */
    private static final int PARTS = 8;

    /** ... two are kept ready at least: when there are less, copies begin ... */
    private static final int LEAST_READY = 2;

    /** ... and go on until there are three, so that they come in a row: one alone leaves the bus idle before and behind it. */
    private static final int MOST_READY = 3;

    /** To ask for room below again takes a look at all that is there. */
    private static final long RETRY_NANOS = 100_000;

    /** The tier below. */
    interface Below {
        /** Whether an object of this length can have room there at all. */
        boolean takes(long lengthBytes);

        /**
         * Begins to copy an object, which is leased until the completion is called.
         *
         * @return false if there is no room now; nothing was begun
         */
        boolean begin(StoredObject object, Completion completion);
    }

    /** Told of each object with which the work is over, well or not. */
    interface Settled {
        /** A failure that is not null says why the object has no copy. */
        void settled(StoredObject object, @Nullable KvTransferException failure);
    }

    private final StoreTier tier;
    private final Below below;
    private final int mostMoves;
    private final Clock clock;
    private final Telemetry telemetry;
    private final Settled settled;
    private Queue<StoredObject> candidates = new ArrayDeque<>();
    private final Set<StoredObject> moving = new HashSet<>();
    private long movingBytes;
    private boolean pressed;
    /** More is made ready than has to be. */
    private boolean inARow;

    private boolean mayFindMore;
    private boolean blocked;
    private long retryAt;
    /** All is to be copied that was given, and nothing else. */
    private boolean draining;

    private Predicate<StoredObject> mayBegin = any -> true;

    WriteBack(StoreTier tier, Below below, int mostMoves, Clock clock, Telemetry telemetry, Settled settled) {
        this.tier = tier;
        this.below = below;
        this.mostMoves = mostMoves;
        this.clock = clock;
        this.telemetry = telemetry;
        this.settled = settled;
    }

    /** Whether somebody waits for a page of the tier, as far as is known. */
    void press(boolean waits) {
        pressed = waits;
    }

    /** There may be one more object without a copy. */
    void moreToCopy() {
        mayFindMore = true;
    }

    /**
     * Copies these, whether anybody waits for room or not; until {@link #endDrain} nothing is searched for.
     *
     * @param order which goes first
     * @param mayGo whether the first one's turn has come
     */
    void drain(List<StoredObject> objects, Comparator<StoredObject> order, Predicate<StoredObject> mayGo) {
        candidates = new PriorityQueue<>(order);
        candidates.addAll(objects);
        mayBegin = mayGo;
        draining = true;
        blocked = false;
    }

    /** Whether one that goes before this one is being copied, or can be begun. */
    boolean bringsBefore(StoredObject object, Comparator<StoredObject> order) {
        StoredObject next = blocked ? null : candidate();
        if (next != null && order.compare(next, object) < 0) {
            return true;
        }
        for (StoredObject one : moving) {
            if (order.compare(one, object) < 0) {
                return true;
            }
        }
        return false;
    }

    /** One more to drain, in its turn. */
    void drainToo(StoredObject object) {
        candidates.add(object);
    }

    /** Whether nothing is left to drain. */
    boolean isDrained() {
        return moving.isEmpty() && candidate() == null;
    }

    /** Goes back to what is cold. */
    void endDrain() {
        draining = false;
        candidates = new ArrayDeque<>();
        mayBegin = any -> true;
        mayFindMore = true;
    }

    /** How many copies are under way. */
    int running() {
        return moving.size();
    }

    /** Whether somebody waits for an object that waits for room below. */
    boolean isBlocked() {
        return blocked && (pressed || draining);
    }

    /** Whether there is an object that could have a copy and has none, and none is under way. */
    boolean hasMore() {
        return candidate() != null;
    }

    /** Begins what should be begun. Returns how much that was. */
    int step() {
        if (blocked && clock.nanoTime() - retryAt < 0) {
            return 0;
        }
        int work = 0;
        blocked = false;
        while (moving.size() < mostMoves && isWanted()) {
            StoredObject object = candidate();
            if (object == null || !mayBegin.test(object)) {
                break;
            }
            if (!below.takes(object.lengthBytes())) {
                refused(object);
            } else if (!begin(object)) {
                blocked = true;
                retryAt = clock.nanoTime() + RETRY_NANOS;
                break;
            }
            work++;
        }
        return work;
    }

    private boolean isWanted() {
        ObjectStore store = tier.store();
        if (!pressed && !draining) {
            long pageBytes = tier.pool().geometry().pageBytes();
            long ready = tier.pool().freePages() * pageBytes + store.usedBytes() - store.guardedBytes() + movingBytes;
            long wanted = store.capacityBytes() / PARTS * (inARow ? MOST_READY : LEAST_READY);
            inARow = ready < wanted;
            return inARow;
        }
        return true;
    }

    private boolean begin(StoredObject object) {
        Lease lease = tier.store().lease(object, clock.nanoTime());
        Move move = new Move(object, lease);
        if (!below.begin(object, move)) {
            lease.release();
            return false;
        }
        candidates.remove();
        moving.add(object);
        movingBytes += object.lengthBytes();
        return true;
    }

    private @Nullable StoredObject candidate() {
        while (true) {
            StoredObject first = candidates.peek();
            if (first == null) {
                if (draining || !mayFindMore) {
                    return null;
                }
                candidates.addAll(tier.store().coldest(SEARCH, this::needsCopy));
                mayFindMore = candidates.size() == SEARCH;
                if (candidates.isEmpty()) {
                    return null;
                }
            } else if (needsCopy(first)) {
                return first;
            } else {
                candidates.remove();
            }
        }
    }

    private boolean needsCopy(StoredObject object) {
        return object.isStored() && object.isGuarded() && !object.isRefusedBelow() && !moving.contains(object);
    }

    /** There is no hope for room below: the coldest object may be evicted without a copy. */
    void giveWay() {
        StoredObject object = candidate();
        if (object != null) {
            refused(object);
        }
    }

    private void refused(StoredObject object) {
        object.refusedBelow();
        settled.settled(
                object,
                new KvTransferException(
                        FailureKind.CAPACITY, "copy an object to a lower tier", "there is no room for " + object));
    }

    /** One copy under way. */
    private final class Move implements Completion {
        private final StoredObject object;
        private final Lease lease;

        Move(StoredObject object, Lease lease) {
            this.object = object;
            this.lease = lease;
        }

        @Override
        public void completed() {
            end();
            settled.settled(object, null);
        }

        @Override
        public void failed(KvTransferException failure) {
            telemetry.add(Metric.WRITE_BACK_FAILURES, 1);
            object.refusedBelow();
            end();
            settled.settled(object, failure);
        }

        private void end() {
            moving.remove(object);
            movingBytes -= object.lengthBytes();
            lease.release();
        }
    }
}
