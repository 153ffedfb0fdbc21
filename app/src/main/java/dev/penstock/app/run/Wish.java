// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.run;

import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvShape;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The sizes that a person asked for; what is empty is left to the program.
 *
 * @param shape of each object
 * @param dtype of their elements
 * @param objects in a round
 * @param bufferBytes of each ring
 * @param slotBytes of each slot
 * @param depth slots that a sender fills or writes at a time
 */
public record Wish(
        Optional<KvShape> shape,
        DType dtype,
        OptionalInt objects,
        OptionalLong bufferBytes,
        OptionalLong slotBytes,
        int depth) {}
