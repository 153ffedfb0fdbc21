// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.domain.engine.EngineScene.Retrieved;
import dev.penstock.domain.engine.hash.HashAlgorithm;
import dev.penstock.domain.engine.hash.Salt;
import dev.penstock.domain.fixture.PagedCache;
import dev.penstock.transport.testkit.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several tenants in one store. */
class TenantsTest {
    @Test
    void shouldNotLetEqualTokensOfTwoTenantsMeet() {
        for (HashAlgorithm algorithm : HashAlgorithm.values()) {
            Seeds.run(random -> {
                EngineScene scene = new EngineScene(random, 200, true);
                int[] tokens = scene.tokens(8 * scene.chunkTokens);
                List<Salt> salts = List.of(Salt.NONE, Salt.of("tenant"), Salt.of("tenant "));
                List<CacheEngine> tenants = salts.stream()
                        .map(salt -> scene.tenant(algorithm, salt))
                        .toList();
                for (int owner = 0; owner < tenants.size(); owner++) {
                    PagedCache from = scene.cache(scene.local, tokens.length);
                    from.compute(owner);
                    scene.store(tenants.get(owner), tokens, 0, from);
                    for (int other = 0; other < tenants.size(); other++) {
                        int expected = other <= owner ? tokens.length : 0;
                        assertThat(scene.lookup(tenants.get(other), tokens)).isEqualTo(expected);
                    }
                }
                assertThat(scene.store.store().size()).isEqualTo(3 * 8);
                for (int owner = 0; owner < tenants.size(); owner++) {
                    PagedCache into = scene.cache(scene.local, tokens.length);
                    Retrieved retrieved = scene.retrieve(tenants.get(owner), tokens, 0, into, into.slots());
                    into.requireTokens(owner, into.slots(), retrieved.mask(), tokens.length);
                    assertThat(retrieved.mask()).doesNotContain(false);
                }
                scene.close();
            });
        }
    }
}
