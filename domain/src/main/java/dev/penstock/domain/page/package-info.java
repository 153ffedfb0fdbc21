// SPDX-License-Identifier: Apache-2.0
/** Receiving memory in pages: who holds which, and which a lost peer may still write. */
@NullMarked
package dev.penstock.domain.page;

import org.jspecify.annotations.NullMarked;
