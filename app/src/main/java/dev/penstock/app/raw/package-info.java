// SPDX-License-Identifier: Apache-2.0
/** Plain memory copies, and what they let a program reach. */
@NullMarked
package dev.penstock.app.raw;

import org.jspecify.annotations.NullMarked;
