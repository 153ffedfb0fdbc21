// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.domain.engine.EngineScene.Stored;
import dev.penstock.domain.fixture.Nodes;
import dev.penstock.domain.fixture.PagedCache;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.transport.testkit.Seeds;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is stored is removed by its tokens. */
class RemoveTest {
    private static final class Removed implements RemoveListener {
        private int told;
        private int objects;
        private @Nullable KvTransferException cause;

        @Override
        public void removed(int count) {
            objects = count;
            told++;
        }

        @Override
        public void failed(KvTransferException why) {
            cause = why;
            told++;
        }

        int count(Nodes nodes) {
            nodes.until("it is told", () -> told > 0);
            assertThat(told).isEqualTo(1);
            assertThat(cause).isNull();
            return objects;
        }
    }

    @Test
    void shouldRemoveASequenceFromTheFirstTokenOnThatIsNotMaskedOut() {
        for (int run = 0; run < 20; run++) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random, 2_000, true);
                int size = scene.chunkTokens;
                int[] tokens = scene.tokens(150 * size);
                int[] other = Arrays.copyOf(tokens, 151 * size);
                Arrays.fill(other, 100 * size, other.length, 3);
                CacheEngine storing = scene.anyEngine();
                scene.store(storing, other, 0, scene.cache(storing, other.length));
                scene.store(storing, tokens, 0, scene.cache(storing, tokens.length));
                CacheEngine removing = scene.anyEngine();

                Removed none = new Removed();
                removing.remove(scene.tokens(size), 0, none);
                assertThat(none.count(scene.nodes)).isZero();
                Removed end = new Removed();
                removing.remove(tokens, 120 * size, end);
                assertThat(end.count(scene.nodes)).isEqualTo(30);
                assertThat(scene.lookup(scene.anyEngine(), tokens)).isEqualTo(120 * size);
                Removed all = new Removed();
                removing.remove(tokens, 0, all);
                assertThat(all.count(scene.nodes)).isEqualTo(120);
                assertThat(scene.lookup(scene.anyEngine(), other)).isZero();
                // Of the other sequence those chunks are left that only it has.
                assertThat(scene.store.store().size()).isEqualTo(51);
                scene.close();
            });
        }
    }

    @Test
    void shouldRemoveLayersAndEverything() {
        Seeds.run(random -> {
            EngineScene scene = new EngineScene(random, 2_000, true);
            int[] tokens = scene.tokens(9 * scene.chunkTokens);
            PagedCache from = scene.cache(scene.remote, tokens.length);
            Stored stored = new Stored();
            LayerwiseStore layerwise = scene.remote.storeLayers(tokens, 0, from.kv(), from.slots(), stored);
            for (int layer = 0; layer < scene.layers; layer++) {
                layerwise.layerReady(layer);
            }
            scene.nodes.until("it is stored", stored::isTold);
            scene.store(scene.remote, tokens, 0, from);
            for (CacheEngine engine : new CacheEngine[] {scene.local, scene.remote}) {
                assertThatIllegalArgumentException().isThrownBy(() -> engine.removeLayers(tokens, 0, 0, new Removed()));
                assertThatIllegalArgumentException().isThrownBy(() -> engine.remove(tokens, -1, new Removed()));
            }
            Removed layers = new Removed();
            scene.remote.removeLayers(tokens, 0, scene.layers, layers);
            assertThat(layers.count(scene.nodes)).isEqualTo(9 * scene.layers);
            assertThat(scene.lookup(scene.remote, tokens)).isEqualTo(tokens.length);
            // A peer's store may have chunks of others.
            assertThatThrownBy(scene.remote::clear)
                    .isInstanceOfSatisfying(
                            KvTransferException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(FailureKind.REFUSED));
            assertThat(scene.local.clear()).isEqualTo(9);
            assertThat(scene.lookup(scene.remote, tokens)).isZero();
            scene.close();
        });
    }

    @Test
    void shouldTellWhenThePeerIsLost() {
        Seeds.run(random -> {
            EngineScene scene = new EngineScene(random, 2_000, true);
            Removed removed = new Removed();
            scene.client.process().lose(scene.store.node().process());
            scene.remote.remove(scene.tokens(500 * scene.chunkTokens), 0, removed);
            scene.nodes.until("it is told", () -> removed.told > 0);
            assertThat(removed.told).isEqualTo(1);
            assertThat(removed.cause).isNotNull();
            scene.close();
        });
    }
}
