// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gives up the object that was used the fewest times; among those used equally often the one that came to that number
 * first. Uses are counted for as long as the object is in the store, its arrival being the first.
 */
public final class Lfu implements EvictionPolicy {
    static final String NAME = "lfu";

    /** The objects that were used equally often, linked to those used less and more. */
    static final class Bucket {
        final ColdToHot objects = new ColdToHot();
        long uses;

        @Nullable
        Bucket fewer;

        @Nullable
        Bucket more;
    }

    /** The bucket of the smallest number of uses. */
    private @Nullable Bucket fewest;
    /** Buckets that became empty, linked by {@code more}: a touch takes one from here instead of allocating it. */
    private @Nullable Bucket spare;

    /** A policy for one store. */
    public Lfu() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void added(StoredObject object) {
        Bucket first = fewest;
        if (first == null || first.uses != 1) {
            first = insertAfter(null, 1);
        }
        put(object, first);
    }

    @Override
    public void touched(StoredObject object) {
        Bucket from = bucketOf(object);
        Bucket to = from.more;
        if (to == null || to.uses != from.uses + 1) {
            to = insertAfter(from, from.uses + 1);
        }
        takeOut(object, from);
        put(object, to);
    }

    @Override
    public void removed(StoredObject object) {
        takeOut(object, bucketOf(object));
        object.bucket = null;
    }

    @Override
    public @Nullable StoredObject victim(Predicate<StoredObject> mayGo) {
        for (Bucket bucket = fewest; bucket != null; bucket = bucket.more) {
            StoredObject victim = bucket.objects.coldest(mayGo);
            if (victim != null) {
                return victim;
            }
        }
        return null;
    }

    private static Bucket bucketOf(StoredObject object) {
        return Objects.requireNonNull(object.bucket, "the object is not in this policy");
    }

    private static void put(StoredObject object, Bucket bucket) {
        bucket.objects.addHottest(object);
        object.bucket = bucket;
    }

    private void takeOut(StoredObject object, Bucket bucket) {
        bucket.objects.remove(object);
        if (!bucket.objects.isEmpty()) {
            return;
        }
        Bucket fewer = bucket.fewer;
        Bucket more = bucket.more;
        if (fewer == null) {
            fewest = more;
        } else {
            fewer.more = more;
        }
        if (more != null) {
            more.fewer = fewer;
        }
        bucket.fewer = null;
        bucket.more = spare;
        spare = bucket;
    }

    /** Links in an empty bucket behind {@code before}, or as the first one where that is null. */
    private Bucket insertAfter(@Nullable Bucket before, long uses) {
        Bucket bucket = spare;
        if (bucket == null) {
            bucket = new Bucket();
        } else {
            spare = bucket.more;
        }
        Bucket after = before == null ? fewest : before.more;
        bucket.uses = uses;
        bucket.fewer = before;
        bucket.more = after;
        if (before == null) {
            fewest = bucket;
        } else {
            before.more = bucket;
        }
        if (after != null) {
            after.fewer = bucket;
        }
        return bucket;
    }
}
