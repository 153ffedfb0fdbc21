// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizingTest {
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;
    private static final Wish NOTHING = new Wish(
            Optional.empty(), DType.BFLOAT16, OptionalInt.empty(), OptionalLong.empty(), OptionalLong.empty(), 8);

    /** A program that copies: objects at both ends, a ring between them. */
    private static final Sizing COPYING = new Sizing(
            new SizeDefaults(100, 4 * GIB, false),
            MIB,
            "in host memory",
            sizes -> 2 * sizes.roundBytes() + sizes.bufferBytes());

    @Test
    void shouldTakeTheReferenceWhereThereIsRoom() {
        Sizing.Fitted fitted = COPYING.fitted(NOTHING, 64 * GIB);

        assertThat(fitted.reduced()).isFalse();
        assertThat(fitted.sizes().objects()).isEqualTo(100);
        assertThat(fitted.sizes().objectBytes()).isEqualTo(32 * MIB);
        assertThat(fitted.sizes().slotBytes()).isEqualTo(MIB);
    }

    @Test
    void shouldNotMakeARingThatIsLargerThanARound() {
        Sizes sizes = COPYING.fitted(NOTHING, 64 * GIB).sizes();

        assertThat(sizes.bufferBytes()).isEqualTo(sizes.roundBytes());
        assertThat(COPYING.fitted(withObjects(1000), 200 * GIB).sizes().bufferBytes())
                .isEqualTo(4 * GIB);
    }

    @ParameterizedTest
    @ValueSource(longs = {64, 256, 1024, 4096, 8192})
    void shouldFitIntoLittleMemory(long freeMib) {
        Sizing.Fitted fitted = COPYING.fitted(NOTHING, freeMib * MIB);

        assertThat(fitted.reduced()).isTrue();
        assertThat(COPYING.footprint().applyAsLong(fitted.sizes())).isLessThan(freeMib * MIB);
        assertThat(fitted.sizes().objects()).isGreaterThanOrEqualTo(8);
    }

    @Test
    void shouldKeepWhatWasAskedForAndFitTheRest() {
        Wish wish = new Wish(
                Optional.of(Sizing.REFERENCE_SHAPE),
                DType.BFLOAT16,
                OptionalInt.empty(),
                OptionalLong.of(256 * MIB),
                OptionalLong.of(64 * MIB),
                4);

        Sizes sizes = COPYING.fitted(wish, 2 * GIB).sizes();

        assertThat(sizes.bufferBytes()).isEqualTo(256 * MIB);
        assertThat(sizes.slotBytes()).isEqualTo(64 * MIB);
        assertThat(sizes.objectBytes()).isEqualTo(32 * MIB);
        assertThat(sizes.objects()).isBetween(8, 27);
        assertThat(sizes.windowSlots()).isEqualTo(4);
    }

    @Test
    void shouldTakeMostOfTheMemoryIfAskedTo() {
        Sizing.Fitted fitted = COPYING.fitted(withObjects(100), 10 * GIB);

        assertThat(fitted.reduced()).isFalse();
        assertThat(fitted.sizes().objects()).isEqualTo(100);
    }

    @Test
    void shouldNameAskedFreeAndRemedyWhereItDoesNotFit() {
        assertThatThrownBy(() -> COPYING.fitted(withObjects(1000), 8 * GIB))
                .asInstanceOf(InstanceOfAssertFactories.type(KvTransferException.class))
                .returns(FailureKind.CAPACITY, KvTransferException::kind)
                .extracting(Throwable::getMessage, InstanceOfAssertFactories.STRING)
                .contains(
                        "66.5 GiB are needed",
                        "1000 objects of 32 MiB",
                        "8 GiB are free",
                        "--num-objs",
                        "make room in host memory");
    }

    @Test
    void shouldNotChooseForASideThatCannotAskTheOther() {
        assertThat(COPYING.fixed(NOTHING, 64 * GIB).objects()).isEqualTo(100);
        assertThatThrownBy(() -> COPYING.fixed(NOTHING, GIB)).isInstanceOf(KvTransferException.class);
    }

    @Test
    void shouldMakeSlotsThatHoldAnObjectWhereOneIsMadeInThem() {
        Sizing filling = new Sizing(new SizeDefaults(100, 4 * GIB, true), MIB, "in host memory", Sizes::bufferBytes);

        assertThat(filling.fitted(NOTHING, 64 * GIB).sizes().slotBytes()).isEqualTo(32 * MIB);
        Wish tooSmall = new Wish(
                Optional.empty(), DType.BFLOAT16, OptionalInt.of(4), OptionalLong.empty(), OptionalLong.of(MIB), 8);
        assertThatThrownBy(() -> filling.fitted(tooSmall, 64 * GIB))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32 MiB")
                .hasMessageContaining("--slot-size");
    }

    @Test
    void shouldRefuseSizesThatDoNotFitEachOther() {
        assertThatThrownBy(() -> sizes(0, GIB, MIB)).hasMessageContaining("at least one object");
        assertThatThrownBy(() -> sizes(1, MIB, 2 * MIB)).hasMessageContaining("does not fit into a buffer of 1 MiB");
        assertThatThrownBy(() -> sizes(1, GIB, 100)).hasMessageContaining("multiple of 256");
        assertThatThrownBy(() -> sizes(1, 1L << 49, 256)).hasMessageContaining("choose larger slots");
        assertThatThrownBy(() -> sizes(Integer.MAX_VALUE, GIB, MIB)).hasMessageContaining("beyond any memory");
    }

    private static Sizes sizes(int objects, long buffer, long slot) {
        return new Sizes(KvShape.of(32, 2, 256, 1024), DType.BFLOAT16, objects, buffer, slot, 8);
    }

    private static Wish withObjects(int objects) {
        return new Wish(
                Optional.of(Sizing.REFERENCE_SHAPE),
                DType.BFLOAT16,
                OptionalInt.of(objects),
                OptionalLong.empty(),
                OptionalLong.empty(),
                8);
    }
}
