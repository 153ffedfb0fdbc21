// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.planted;

import dev.penstock.domain.page.PagePool;

/** Breaks a border on purpose: an adapter that knows the domain. */
record PlantedDomainUser(PagePool pool) {}
