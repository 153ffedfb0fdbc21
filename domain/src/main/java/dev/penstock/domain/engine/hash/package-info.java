// SPDX-License-Identifier: Apache-2.0
/** From tokens to keys: chunks, prefix-chained hashes that equal LMCache's, and key strings. */
@NullMarked
package dev.penstock.domain.engine.hash;

import org.jspecify.annotations.NullMarked;
