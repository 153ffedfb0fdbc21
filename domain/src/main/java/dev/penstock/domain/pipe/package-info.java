// SPDX-License-Identifier: Apache-2.0
/**
 * Pipes: bytes and objects through one ring, in one direction.
 *
 * <p>The way of an object: {@link dev.penstock.domain.pipe.PipeSender} queues it, places its pieces into the open
 * {@code Flight} (a contiguous range of a granted page), seals the flight when it is full or the link would go idle, has
 * the memory fill it, and posts it as one write with a PART notification. {@link dev.penstock.domain.pipe.PipeReceiver}
 * takes the part, asks an {@link dev.penstock.domain.pipe.ObjectSink} where each object goes, moves or checks its pieces,
 * delivers it, and returns the page as a credit once nothing reads it any more. docs/protocol.md has the rules.
 */
@NullMarked
package dev.penstock.domain.pipe;

import org.jspecify.annotations.NullMarked;
