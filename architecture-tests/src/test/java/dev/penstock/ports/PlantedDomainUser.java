// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports;

import dev.penstock.domain.page.PagePool;

/** Breaks a border on purpose: a port that knows the domain, which closes a cycle too. */
record PlantedDomainUser(PagePool pool) {}
