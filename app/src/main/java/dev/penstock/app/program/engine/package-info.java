// SPDX-License-Identifier: Apache-2.0
/** The program {@code cache-engine}: the KV of token sequences, from one paged cache into a store and into another one. */
@NullMarked
package dev.penstock.app.program.engine;

import org.jspecify.annotations.NullMarked;
