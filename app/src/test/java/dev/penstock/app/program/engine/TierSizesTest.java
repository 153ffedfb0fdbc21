// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TierSizesTest {
    @Test
    void shouldReadTwoTiersOrThree() {
        assertThat(TierSizes.parse("device=4GiB,host=8GiB"))
                .isEqualTo(new TierSizes(4L << 30, 8L << 30, Optional.empty()));
        assertThat(TierSizes.parse("device=1MiB,host=2MiB,disk=/a:b,c/d:3GiB"))
                .isEqualTo(new TierSizes(
                        1 << 20, 2 << 20, Optional.of(new TierSizes.Disk(Path.of("/a:b,c/d"), 3L << 30))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"device=4GiB,host=8GiB", "device=7,host=9,disk=folder:100KiB"})
    void shouldWriteWhatItReads(String text) {
        TierSizes sizes = TierSizes.parse(text);
        assertThat(TierSizes.parse(sizes.toString())).isEqualTo(sizes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "4GiB",
                "device=4GiB",
                "host=8GiB,device=4GiB",
                "device=4GiB,disk=/folder:100GiB",
                "device=4GiB,host=8GiB,disk=/folder",
                "device=4GiB,host=8GiB,disk=:100GiB",
                "device=4GiB,host=8GiB,file=/folder:1GiB",
                "device=0,host=8GiB"
            })
    void shouldSayWhatTiersLookLike(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TierSizes.parse(text))
                .withMessageContaining("--tiers")
                .withMessageContaining("device=4GiB,host=8GiB,disk=/folder:100GiB");
    }

    @Test
    void shouldNameASizeThatIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TierSizes.parse("device=much,host=8GiB"))
                .withMessageContaining("'much' is no size");
    }
}
