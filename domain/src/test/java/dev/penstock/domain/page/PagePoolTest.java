// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.Seeds;
import dev.penstock.transport.testkit.memory.AllocatedBytes;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PagePoolTest {
    private static final RegionId REGION = new RegionId(7);
    private static final long PAGE_BYTES = 1 << 20;

    @Test
    void shouldCutTheRegionIntoPages() {
        PagePool pool = new PagePool(region(3 * PAGE_BYTES + 999), PAGE_BYTES);

        assertThat(pool.geometry()).isEqualTo(new RingGeometry(REGION, PAGE_BYTES, 3));
        assertThat(pool.freePages()).isEqualTo(3);
        assertThat(pool.take()).isZero();
        assertThat(pool.take()).isEqualTo(1);
        assertThat(pool.take()).isEqualTo(2);
        assertThat(pool.take()).isEqualTo(PagePool.NO_PAGE);
        assertThat(pool.span(2))
                .isEqualTo(new Span(REGION, 2 * PAGE_BYTES, PAGE_BYTES))
                .isSameAs(pool.span(2));
    }

    @Test
    void shouldRejectGeometriesThatCanNotBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PagePool(region(PAGE_BYTES), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new PagePool(region(PAGE_BYTES), -256));
        assertThatIllegalArgumentException().isThrownBy(() -> new PagePool(region(PAGE_BYTES), 100));
        assertThatIllegalArgumentException().isThrownBy(() -> new PagePool(region(PAGE_BYTES - 1), PAGE_BYTES));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PagePool(region(1L << 40), 256))
                .withMessageContaining("choose larger pages");
    }

    @Test
    void shouldFreeAPageWithItsLastReference() {
        PagePool pool = new PagePool(region(2 * PAGE_BYTES), PAGE_BYTES);
        int page = pool.take();
        pool.retain(page);

        pool.release(page);
        assertThat(pool.references(page)).isEqualTo(1);
        assertThat(pool.freePages()).isEqualTo(1);
        pool.release(page);
        assertThat(pool.references(page)).isZero();
        assertThat(pool.freePages()).isEqualTo(2);
        assertThat(pool.take()).as("the page whose bytes are warm").isEqualTo(page);
    }

    @Test
    void shouldKeepAQuarantinedPageFromBeingTaken() {
        PagePool pool = new PagePool(region(PAGE_BYTES), PAGE_BYTES);
        int page = pool.take();
        pool.quarantine(page);

        assertThat(pool.quarantinedPages()).as("still held").isZero();
        pool.release(page);
        assertThat(pool.quarantinedPages()).isEqualTo(1);
        assertThat(pool.freePages()).isZero();
        assertThat(pool.take()).isEqualTo(PagePool.NO_PAGE);

        pool.unquarantine(page);
        assertThat(pool.quarantinedPages()).isZero();
        assertThat(pool.take()).isEqualTo(page);
    }

    @Test
    void shouldLetAHeldPageOutOfQuarantineWithoutFreeingIt() {
        PagePool pool = new PagePool(region(PAGE_BYTES), PAGE_BYTES);
        int page = pool.take();
        pool.quarantine(page);
        pool.unquarantine(page);

        assertThat(pool.isQuarantined(page)).isFalse();
        assertThat(pool.freePages()).isZero();
        pool.release(page);
        assertThat(pool.freePages()).isEqualTo(1);
    }

    @Test
    void shouldSayWhatWasMisused() {
        PagePool pool = new PagePool(region(PAGE_BYTES), PAGE_BYTES);

        assertThatIllegalStateException()
                .isThrownBy(() -> pool.release(0))
                .withMessage("page 0 can't be released: nobody holds it");
        assertThatIllegalStateException().isThrownBy(() -> pool.retain(0)).withMessageContaining("retained");
        assertThatIllegalStateException().isThrownBy(() -> pool.quarantine(0)).withMessageContaining("quarantined");
        assertThatIllegalStateException().isThrownBy(() -> pool.unquarantine(0)).withMessageContaining("not in it");
        pool.quarantine(pool.take());
        assertThatIllegalStateException().isThrownBy(() -> pool.quarantine(0)).withMessageContaining("already");
        for (int page : new int[] {-1, 1}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> pool.release(page));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> pool.retain(page));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> pool.quarantine(page));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> pool.unquarantine(page));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> pool.span(page));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> pool.references(page));
        }
        assertThat(pool.references(0)).isEqualTo(1);
    }

    /** The model keeps a number and a mark for each page and derives everything else by counting. */
    @Test
    void shouldBehaveLikeItsModel() {
        Seeds.run(random -> {
            for (int run = 0; run < 50; run++) {
                int pages = 1 + random.nextInt(12);
                PagePool pool = new PagePool(region(pages * PAGE_BYTES), PAGE_BYTES);
                int[] references = new int[pages];
                boolean[] marked = new boolean[pages];
                for (int step = 0; step < 1_000; step++) {
                    step(random, pool, references, marked);
                    assertEquals(pool, references, marked);
                }
            }
        });
    }

    @Test
    void shouldAllocateNothing() {
        PagePool pool = new PagePool(region(64 * PAGE_BYTES), PAGE_BYTES);

        assertThat(AllocatedBytes.perRepetition(10_000, () -> churn(pool))).isLessThan(1);
    }

    private static void churn(PagePool pool) {
        int page = pool.take();
        pool.retain(page);
        pool.quarantine(page);
        pool.release(page);
        pool.release(page);
        pool.unquarantine(page);
        pool.span(page);
    }

    private static void step(Random random, PagePool pool, int[] references, boolean[] marked) {
        int page = random.nextInt(references.length);
        boolean held = references[page] > 0;
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                int taken = pool.take();
                if (taken == PagePool.NO_PAGE) {
                    assertThat(countFree(references, marked)).isZero();
                } else {
                    assertThat(references[taken]).isZero();
                    assertThat(marked[taken]).isFalse();
                    references[taken] = 1;
                }
            }
            case 2 -> {
                if (legal(held, () -> pool.retain(page))) {
                    references[page]++;
                }
            }
            case 3 -> {
                if (legal(held, () -> pool.release(page))) {
                    references[page]--;
                }
            }
            case 4 -> {
                if (legal(held && !marked[page], () -> pool.quarantine(page))) {
                    marked[page] = true;
                }
            }
            default -> {
                if (legal(marked[page], () -> pool.unquarantine(page))) {
                    marked[page] = false;
                }
            }
        }
    }

    private static boolean legal(boolean legal, Runnable call) {
        if (legal) {
            call.run();
        } else {
            assertThatIllegalStateException().isThrownBy(call::run);
        }
        return legal;
    }

    private static void assertEquals(PagePool pool, int[] references, boolean[] marked) {
        int quarantined = 0;
        for (int page = 0; page < references.length; page++) {
            assertThat(pool.references(page)).isEqualTo(references[page]);
            assertThat(pool.isQuarantined(page)).isEqualTo(marked[page]);
            quarantined += references[page] == 0 && marked[page] ? 1 : 0;
        }
        assertThat(pool.freePages()).isEqualTo(countFree(references, marked));
        assertThat(pool.quarantinedPages()).isEqualTo(quarantined);
        assertThat(pool.heldPages())
                .isEqualTo((int) Arrays.stream(references).filter(n -> n > 0).count());
    }

    private static int countFree(int[] references, boolean[] marked) {
        int free = 0;
        for (int page = 0; page < references.length; page++) {
            free += references[page] == 0 && !marked[page] ? 1 : 0;
        }
        return free;
    }

    private static Region region(long lengthBytes) {
        return new Region(REGION, MemoryKind.CUDA, 0, HostRegion.NO_ADDRESS, lengthBytes, null);
    }
}
