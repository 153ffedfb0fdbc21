// SPDX-License-Identifier: Apache-2.0
/** Received objects, kept where they arrived: lookup, leases, pins and eviction. */
@NullMarked
package dev.penstock.domain.store;

import org.jspecify.annotations.NullMarked;
