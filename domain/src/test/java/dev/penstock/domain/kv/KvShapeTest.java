// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.transport.testkit.Seeds;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KvShapeTest {
    private static final BigInteger LIMIT = BigInteger.ONE.shiftLeft(63);

    @ParameterizedTest
    @ValueSource(strings = {"[32,2,256,1024]", "32,2,256,1024", " [ 32, 2 ,256,1024 ] ", "32, 2, 256, 1024"})
    void shouldReadBracketsAndSpaces(String text) {
        KvShape shape = KvShape.parse(text);

        assertThat(shape).isEqualTo(KvShape.of(32, 2, 256, 1024)).hasToString("[32,2,256,1024]");
        assertThat(shape.rank()).isEqualTo(4);
        assertThat(shape.size(2)).isEqualTo(256);
        assertThat(shape.elements()).isEqualTo(16L << 20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[",
                "]",
                "[]",
                "[32",
                "32]",
                "32,",
                ",32",
                "[32,,2]",
                "32x2",
                "1.5",
                "0",
                "-1,2",
                "[[2]]",
                "2147483648",
                "1,1,1,1,1,1,1"
            })
    void shouldRejectWhatIsNoShape(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> KvShape.parse(text));
    }

    @Test
    void shouldRejectTooManyAxesWithoutReadingThemAll() {
        assertThatIllegalArgumentException().isThrownBy(() -> KvShape.parse("1,".repeat(100_000) + "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> KvShape.of(1, 1, 1, 1, 1, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(KvShape::of);
    }

    @Test
    void shouldNotChangeWithTheListItWasMadeOf() {
        List<Integer> sizes = new ArrayList<>(List.of(2, 3));
        KvShape shape = new KvShape(sizes);
        sizes.set(0, 7);

        assertThat(shape).isEqualTo(KvShape.of(2, 3));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> shape.size(2));
    }

    @Test
    void shouldCountElementsExactlyOrRefuse() {
        assertThat(KvShape.of(1 << 30, 1 << 30, 4, 1).elements()).isEqualTo(1L << 62);
        assertThatIllegalArgumentException().isThrownBy(() -> KvShape.of(1 << 30, 1 << 30, 8));
        Seeds.run(random -> {
            for (int run = 0; run < 10_000; run++) {
                List<Integer> sizes = new ArrayList<>();
                BigInteger product = BigInteger.ONE;
                int rank = 1 + random.nextInt(KvShape.MAX_RANK);
                for (int i = 0; i < rank; i++) {
                    int size = 1 + random.nextInt(1 << (1 + random.nextInt(30)));
                    sizes.add(size);
                    product = product.multiply(BigInteger.valueOf(size));
                }
                if (product.compareTo(LIMIT) < 0) {
                    KvShape shape = new KvShape(sizes);
                    assertThat(shape.elements()).isEqualTo(product.longValueExact());
                    assertThat(KvShape.parse(shape.toString())).isEqualTo(shape);
                } else {
                    assertThatIllegalArgumentException().isThrownBy(() -> new KvShape(sizes));
                }
            }
        });
    }
}
