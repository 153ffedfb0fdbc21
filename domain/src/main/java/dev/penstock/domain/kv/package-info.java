// SPDX-License-Identifier: Apache-2.0
/** What an object is: its key, shape, element type and axis order. */
@NullMarked
package dev.penstock.domain.kv;

import org.jspecify.annotations.NullMarked;
