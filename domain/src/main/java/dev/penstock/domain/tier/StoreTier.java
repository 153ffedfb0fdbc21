// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.store.ObjectStore;

/**
 * A tier in memory.
 *
 * @param store its objects
 * @param pool the pool of the store's pages
 */
public record StoreTier(ObjectStore store, PagePool pool) {}
