// SPDX-License-Identifier: Apache-2.0
/**
 * Memory in pages: who holds which, and which a lost peer may still write. And memory in spans of any length, for what does
 * not arrive in pages.
 */
@NullMarked
package dev.penstock.domain.page;

import org.jspecify.annotations.NullMarked;
