// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import static dev.penstock.domain.store.StoreFixture.PAGE_BYTES;
import static dev.penstock.domain.store.StoreFixture.REGION;
import static dev.penstock.domain.store.StoreFixture.SECOND;
import static dev.penstock.domain.store.StoreFixture.meta;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.domain.page.PagePool;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ObjectStoreTest {
    private final StoreFixture f = new StoreFixture(3, "lru");
    private final ObjectStore store = f.store;
    private final PagePool pool = f.pool;

    @Test
    void shouldKeepAnObjectWhereItArrived() {
        int page = store.takePage();
        Span head = pool.span(page).slice(0, 1000);
        Span tail = pool.span(page).slice(2048, 24);

        store.put(meta("a", 1024), List.of(head, tail), 77);
        pool.release(page);

        assertThat(store.contains("a")).isTrue();
        assertThat(store.size()).isEqualTo(1);
        assertThat(store.usedBytes()).isEqualTo(1024);
        assertThat(store.capacityBytes()).isEqualTo(3L * PAGE_BYTES);
        assertThat(pool.references(page))
                .as("the store's own reference, one for both pieces")
                .isEqualTo(1);
        StoredObject found = store.get("a", 0, SECOND).orElseThrow().object();
        assertThat(found.meta()).isEqualTo(meta("a", 1024));
        assertThat(found.pieces()).containsExactly(head, tail);
        assertThat(found.digest()).isEqualTo(77);
        assertThat(store.objects()).containsExactly(found);
    }

    @Test
    void shouldKeepAnObjectThatSpansPages() {
        int first = store.takePage();
        int second = store.takePage();
        StoredObject object = store.put(
                meta("a", PAGE_BYTES + 10),
                List.of(pool.span(second), pool.span(first).slice(0, 10)),
                0);
        pool.release(first);
        pool.release(second);

        assertThat(object.pages).containsExactly(first, second);
        assertThat(pool.heldPages()).isEqualTo(2);
        store.remove("a");
        assertThat(pool.freePages()).isEqualTo(3);
    }

    @Test
    void shouldFindThePagesOfAPieceThatCrossesTheirBorder() {
        for (int i = 0; i < 3; i++) {
            store.takePage();
        }
        StoredObject object =
                store.put(meta("a", PAGE_BYTES + 2), List.of(new Span(REGION, PAGE_BYTES - 1, PAGE_BYTES + 2)), 0);

        assertThat(object.pages).containsExactly(0, 1, 2);
    }

    @Test
    void shouldRefusePiecesThatCanNotBeAndChangeNothing() {
        int page = store.takePage();
        Span span = pool.span(page);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.put(meta("a", 10), List.of(span.slice(0, 9)), 0))
                .withMessageContaining("9 bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.put(meta("a", 10), List.of(span.slice(0, 10), span.slice(10, 0)), 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.put(meta("a", 10), List.of(new Span(new RegionId(9), 0, 10)), 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.put(meta("a", 10), List.of(new Span(REGION, 3L * PAGE_BYTES - 5, 10)), 0));
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        store.put(meta("a", 10), List.of(span.slice(0, 5), new Span(REGION, 2L * PAGE_BYTES, 5)), 0))
                .withMessageContaining("nobody holds");
        assertThat(store.size()).isZero();
        assertThat(store.usedBytes()).isZero();
        assertThat(pool.references(page)).isEqualTo(1);
    }

    @Test
    void shouldEvictUntilAPageIsFree() {
        f.putTogether("a", "b");
        f.putWholePage("c");
        f.putWholePage("d");
        store.touch("b");

        assertThat(store.takePage()).isNotEqualTo(PagePool.NO_PAGE);
        assertThat(f.evicted).as("a goes first but frees nothing alone").containsExactly("a", "c");
        assertThat(f.evictionsCounted).isEqualTo(2);
        assertThat(store.contains(List.of("a", "b", "c", "d"))).containsExactly(false, true, false, true);
    }

    @Test
    void shouldEvictNothingInVain() {
        f.putTogether("a", "b");
        f.putWholePage("c");
        int received = store.takePage();
        store.put(meta("d", 1), List.of(pool.span(received).slice(0, 1)), 0);
        StoredObject b = Objects.requireNonNull(store.find("b"));
        store.guard(b, true);
        store.guard(Objects.requireNonNull(store.find("c")), true);

        assertThat(store.takePage()).isEqualTo(PagePool.NO_PAGE);
        assertThat(f.evicted)
                .as("a is next to a guarded object, d is where the receiver still writes")
                .isEmpty();

        store.guard(b, false);
        assertThat(store.takePage()).isNotEqualTo(PagePool.NO_PAGE);
        assertThat(f.evicted).containsExactly("a", "b");
    }

    @Test
    void shouldNotEvictFromQuarantinedPages() {
        StoredObject a = f.putWholePage("a");
        f.putWholePage("b");
        f.putWholePage("c");
        pool.quarantine(a.pages[0]);

        assertThat(store.takePage()).isNotEqualTo(PagePool.NO_PAGE);
        assertThat(f.evicted).containsExactly("b");
        store.remove("a");
        assertThat(pool.quarantinedPages()).isEqualTo(1);
    }

    @Test
    void shouldNotEvictWhatIsLeased() {
        f.putWholePage("a");
        f.putWholePage("b");
        f.putWholePage("c");
        Lease lease = store.get("a", 0, SECOND).orElseThrow();
        store.touch("b");
        store.touch("c");

        store.takePage();
        store.takePage();
        assertThat(store.takePage()).isEqualTo(PagePool.NO_PAGE);
        assertThat(f.evicted).containsExactly("b", "c");

        lease.release();
        assertThat(store.takePage()).isNotEqualTo(PagePool.NO_PAGE);
        assertThat(f.evicted).containsExactly("b", "c", "a");
    }

    @Test
    void shouldFreeRemovedPagesOnlyWithTheLastLease() {
        f.putWholePage("a");
        Lease first = store.get("a", 0, SECOND).orElseThrow();
        Lease second = store.get("a", 0, 2 * SECOND).orElseThrow();

        assertThat(store.remove("a")).isTrue();
        assertThat(store.contains("a")).isFalse();
        assertThat(store.remove("a")).isFalse();
        assertThat(store.get("a", 0, SECOND)).isEmpty();
        assertThat(store.usedBytes()).isZero();
        assertThat(store.detachedBytes()).isEqualTo(PAGE_BYTES);
        assertThat(second.object().key()).isEqualTo("a");
        first.release();
        assertThat(pool.freePages()).isEqualTo(2);

        second.release();
        assertThat(pool.freePages()).isEqualTo(3);
        assertThat(store.detachedBytes()).isZero();
        assertThat(store.activeLeases()).isZero();
        assertThatIllegalStateException().isThrownBy(second::object).withMessageContaining("ended");
    }

    @Test
    void shouldEndLeasesAtTheirDeadline() {
        f.putWholePage("a");
        long now = Long.MAX_VALUE - 10;
        Lease early = store.get("a", now, 5).orElseThrow();
        Lease late = store.get("a", now, 100).orElseThrow();
        store.clear();

        assertThat(store.expire(now + 4)).isZero();
        assertThat(early.isActive()).isTrue();
        assertThat(store.expire(now + 5)).isEqualTo(1);
        assertThat(early.isActive()).isFalse();
        assertThat(late.isActive()).isTrue();
        early.release();
        assertThat(pool.freePages()).as("the late release does nothing").isEqualTo(2);
        assertThat(store.expire(now + 100)).as("after the clock wrapped around").isEqualTo(1);
        assertThat(pool.freePages()).isEqualTo(3);
    }

    @Test
    void shouldRefuseLeasesThatCanNotBe() {
        f.putWholePage("a");

        assertThatIllegalArgumentException().isThrownBy(() -> store.get("a", 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> store.get("a", 0, ObjectStore.MAX_LEASE_NANOS + 1));
        assertThat(store.get("a", 0, ObjectStore.MAX_LEASE_NANOS)).isPresent();
    }

    @Test
    void shouldReplaceAnObjectAndLetItsReadersFinish() {
        StoredObject older = f.putWholePage("a");
        store.guard(older, true);
        Lease lease = store.get("a", 0, SECOND).orElseThrow();

        StoredObject newer = f.putWholePage("a");

        assertThat(store.size()).isEqualTo(1);
        assertThat(store.usedBytes()).isEqualTo(PAGE_BYTES);
        assertThat(store.detachedBytes()).isEqualTo(PAGE_BYTES);
        assertThat(lease.object()).isSameAs(older);
        assertThat(store.get("a", 0, SECOND).orElseThrow().object()).isSameAs(newer);
        assertThat(store.guardedBytes()).as("the guard was the older object's").isZero();
        store.guard(older, true);
        assertThat(store.guardedBytes()).isZero();
    }

    @Test
    void shouldReplaceAnObjectByOneInTheSamePages() {
        int page = f.putWholePage("a").pages[0];

        store.put(meta("a", 10), List.of(pool.span(page).slice(0, 10)), 0);

        assertThat(pool.references(page)).isEqualTo(1);
        assertThat(store.usedBytes()).isEqualTo(10);
    }

    @Test
    void shouldRemoveGuardedObjects() {
        store.guard(f.putWholePage("a"), true);

        assertThat(store.remove("a")).isTrue();
        assertThat(pool.freePages()).isEqualTo(3);
        assertThat(store.guardedBytes()).isZero();
        assertThat(f.putWholePage("a").isGuarded()).isFalse();
    }

    @Test
    void shouldAnswerKeyByKeyAndClearAll() {
        f.putTogether("a", "c");

        assertThat(store.contains(List.of("a", "b", "c", "a"))).containsExactly(true, false, true, true);
        assertThat(store.clear()).isEqualTo(2);
        assertThat(store.clear()).isZero();
    }

    @Test
    void shouldLetListenersLookThingsUpWhileTheBytesAreStillThere() {
        PagePool pages = StoreFixture.pool(1);
        ObjectStore listened = new ObjectStore(pages, new Fifo(), Telemetry.NONE);
        int[] calls = {0};
        listened.addEvictionListener(object -> {
            calls[0]++;
            assertThat(listened.contains(object.key())).isFalse();
            assertThat(listened.get(object.key(), 0, SECOND)).isEmpty();
            assertThat(pages.references(0)).isEqualTo(1);
        });
        int page = listened.takePage();
        listened.put(meta("a", 1), List.of(pages.span(page).slice(0, 1)), 0);
        pages.release(page);

        assertThat(listened.takePage()).isEqualTo(page);
        assertThat(calls[0]).isEqualTo(1);
    }
}
