// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvFormat;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.page.PagePool;
import dev.penstock.ports.Metric;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.List;

/** A store over a few small pages, and what is needed to fill it. */
final class StoreFixture {
    static final int PAGE_BYTES = 4096;
    static final RegionId REGION = new RegionId(3);
    static final long SECOND = 1_000_000_000L;

    final PagePool pool;
    final ObjectStore store;
    final List<String> evicted = new ArrayList<>();
    long evictionsCounted;

    StoreFixture(int pages, String policy) {
        pool = pool(pages);
        store = new ObjectStore(pool, EvictionPolicies.parse(policy), (metric, delta) -> {
            if (metric == Metric.OBJECTS_EVICTED) {
                evictionsCounted += delta;
            }
        });
        store.addEvictionListener(object -> evicted.add(object.key()));
    }

    static PagePool pool(int pages) {
        return new PagePool(
                new Region(REGION, MemoryKind.CUDA, 0, HostRegion.NO_ADDRESS, (long) pages * PAGE_BYTES, null),
                PAGE_BYTES);
    }

    static ObjectMeta meta(String key, int lengthBytes) {
        return new ObjectMeta(key, KvShape.of(lengthBytes), DType.UINT8, KvFormat.BINARY, 0);
    }

    /** An object that is in no store, for policies. */
    static StoredObject object(String key) {
        return new StoredObject(meta(key, 1), List.of(), new int[0], 0);
    }

    /** Takes a page, fills it with one object and lets go of it, as a receiver does. */
    StoredObject putWholePage(String key) {
        int page = store.takePage();
        StoredObject object = store.put(meta(key, PAGE_BYTES), List.of(pool.span(page)), 0);
        pool.release(page);
        return object;
    }

    /** Takes a page and puts objects of equal size into it. */
    void putTogether(String... keys) {
        int page = store.takePage();
        int length = PAGE_BYTES / keys.length;
        for (int i = 0; i < keys.length; i++) {
            Span piece = pool.span(page).slice((long) i * length, length);
            store.put(meta(keys[i], length), List.of(piece), 0);
        }
        pool.release(page);
    }
}
