// SPDX-License-Identifier: Apache-2.0
/**
 * The tiers of a store: its own memory, host memory below it, files below that. Objects are copied down in the background
 * before they have to be evicted, and come back up, checked, when they are asked for: docs/tiers.md.
 */
@NullMarked
package dev.penstock.domain.tier;

import org.jspecify.annotations.NullMarked;
