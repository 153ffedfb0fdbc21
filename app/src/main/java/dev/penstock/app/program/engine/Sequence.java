// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.domain.engine.hash.ChunkList;
import dev.penstock.domain.engine.hash.HashAlgorithm;
import dev.penstock.domain.engine.hash.TokenChunker;
import dev.penstock.domain.kv.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * The token sequence of a round, and under which keys one worker's KV of it must be found.
 *
 * @param round the round; the first one has the tokens from 0 on
 * @param count how many tokens there are
 */
record Sequence(int round, int count) {
    /** The tokens. Every round has others, so that nothing of an earlier round can be found for it. */
    int[] tokens() {
        int[] tokens = new int[count];
        long first = (long) round * count;
        for (int i = 0; i < count; i++) {
            tokens[i] = (int) (first + i) & Integer.MAX_VALUE;
        }
        return tokens;
    }

    /**
     * The keys, put together here once more and not by the engine, as LMCache has them:
     * {@code model@worldSize@worker@hash@dtype}, and {@code @layer} behind it where layers are stored by themselves.
     *
     * @param layers how many layers are stored by themselves, 0 if chunks are stored whole
     */
    List<String> keys(
            String model,
            int worldSize,
            int worker,
            DType dtype,
            HashAlgorithm algorithm,
            TokenChunker chunker,
            int layers) {
        ChunkList chunks = new ChunkList();
        chunker.chunk(tokens(), chunks);
        List<String> keys = new ArrayList<>(chunks.size() * Math.max(1, layers));
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            String key = String.join(
                    "@",
                    model,
                    Integer.toString(worldSize),
                    Integer.toString(worker),
                    algorithm.hex(chunks.hash(chunk)),
                    dtype.label());
            if (layers == 0) {
                keys.add(key);
            }
            for (int layer = 0; layer < layers; layer++) {
                keys.add(key + "@" + layer);
            }
        }
        return keys;
    }
}
