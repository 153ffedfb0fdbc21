// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.run.Sizes;
import dev.penstock.domain.kv.KvFormat;
import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.ports.control.NodeId;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys and metadata of one sender's objects.
 *
 * @param sender who sends
 * @param sizes what the objects are
 */
public record ObjectKeys(NodeId sender, Sizes sizes) {
    /** The format that the reference shape has; other ranks say nothing about their axes. */
    private static final int REFERENCE_RANK = 4;

    /** The key of an object. */
    public String key(int round, int index) {
        return sender + "/" + round + "/" + index;
    }

    /** The keys of a round. */
    public List<String> keys(int round) {
        List<String> keys = new ArrayList<>(sizes.objects());
        for (int index = 0; index < sizes.objects(); index++) {
            keys.add(key(round, index));
        }
        return keys;
    }

    /** What is said about an object. */
    public ObjectMeta meta(int round, int index) {
        boolean reference = sizes.shape().rank() == REFERENCE_RANK;
        KvFormat format = reference ? KvFormat.KV_L2TD : KvFormat.UNDEFINED;
        int tokens = reference ? sizes.shape().size(2) : 0;
        return new ObjectMeta(key(round, index), sizes.shape(), sizes.dtype(), format, tokens);
    }
}
