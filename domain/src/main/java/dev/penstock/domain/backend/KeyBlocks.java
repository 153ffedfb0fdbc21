// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.ControlPlane;
import java.util.ArrayList;
import java.util.List;

/** Cuts lists of keys so that each part fits into one call. */
final class KeyBlocks {
    /** UTF-8 takes at most three bytes for each char of a string. */
    private static final int BYTES_PER_CHAR = 3;
    /** What a key takes beside its own bytes; what a call takes beside its keys. */
    private static final int KEY_OVERHEAD = 3;

    private static final int CALL_OVERHEAD = 32;

    private KeyBlocks() {}

    /**
     * The keys in order, in parts; no keys are one part.
     *
     * @throws IllegalArgumentException if one of the keys can't be a key
     */
    static List<List<String>> of(List<String> keys) {
        List<List<String>> blocks = new ArrayList<>(1);
        int from = 0;
        long bytes = CALL_OVERHEAD;
        for (int i = 0; i < keys.size(); i++) {
            ObjectMeta.checkKey(keys.get(i));
            long keyBytes = (long) keys.get(i).length() * BYTES_PER_CHAR + KEY_OVERHEAD;
            if (i - from == BackendCall.MAX_KEYS || bytes + keyBytes > ControlPlane.MAX_MESSAGE_BYTES) {
                blocks.add(keys.subList(from, i));
                from = i;
                bytes = CALL_OVERHEAD;
            }
            bytes += keyBytes;
        }
        blocks.add(keys.subList(from, keys.size()));
        return blocks;
    }
}
