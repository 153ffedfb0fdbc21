// SPDX-License-Identifier: Apache-2.0
/** When each part of a ring was where. */
@NullMarked
package dev.penstock.app.timeline;

import org.jspecify.annotations.NullMarked;
