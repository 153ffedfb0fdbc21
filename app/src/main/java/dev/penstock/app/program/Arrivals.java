// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.ports.control.NodeId;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What has come from one sender, in rounds of the same number of objects. The loop's thread notes it; any thread may ask. */
public final class Arrivals {
    private final NodeId sender;
    private final int objects;
    private final AtomicLong owned = new AtomicLong();
    /** A round has begun to arrive, and is not whole. Belongs to the loop's thread. */
    private boolean arriving;

    private volatile long firstAt;
    private volatile long lastAt;
    private volatile @Nullable String deviation;

    /**
     * Nothing has come yet.
     *
     * @param sender who sends
     * @param objects of a round
     */
    public Arrivals(NodeId sender, int objects) {
        this.sender = sender;
        this.objects = objects;
    }

    /** An object begins to arrive. */
    public void begin() {
        if (!arriving) {
            arriving = true;
            firstAt = System.nanoTime();
        }
    }

    /** One more object is this side's. */
    public void own() {
        long now = owned.getPlain() + 1;
        if (now % objects == 0) {
            lastAt = System.nanoTime();
            arriving = false;
        }
        // Whoever sees the number sees what was done with the objects, and the time.
        owned.setRelease(now);
    }

    /** Something came that should not have come, or not like that. */
    public void deviate(String what) {
        deviation = "from " + sender + ": " + what;
    }

    /** Who sends. */
    public NodeId sender() {
        return sender;
    }

    /** The round of the object that is to be owned next. */
    public int nextRound() {
        return (int) (owned.getAcquire() / objects);
    }

    /** Which object of its round is to be owned next. */
    public int nextObject() {
        return (int) (owned.getAcquire() % objects);
    }

    /** How many objects of that round this side owns. */
    public long ownedOf(int round) {
        return Math.min(objects, Math.max(0, owned.getAcquire() - (long) round * objects));
    }

    /** When the first object of the last round began to arrive, as {@link System#nanoTime} tells it. */
    public long firstAt() {
        return firstAt;
    }

    /** When the last object of the last whole round was owned. */
    public long lastAt() {
        return lastAt;
    }

    /** What came that should not have come. */
    public Optional<String> deviation() {
        return Optional.ofNullable(deviation);
    }
}
