// SPDX-License-Identifier: Apache-2.0
/**
 * The cache engine: tokens in, KV out.
 *
 * <p>{@link dev.penstock.domain.engine.CacheEngine} cuts a token sequence into chunks, names each by its prefix-chained hash,
 * and moves their KV between an inference engine's paged cache and a {@link dev.penstock.domain.engine.ChunkStore}: this
 * node's own ({@link dev.penstock.domain.engine.LocalChunkStore}) or a peer's ({@link
 * dev.penstock.domain.engine.RemoteChunkStore}).
 */
@NullMarked
package dev.penstock.domain.engine;

import org.jspecify.annotations.NullMarked;
