// SPDX-License-Identifier: Apache-2.0
/** The program {@code backend}: a keyed store at the receiver. */
@NullMarked
package dev.penstock.app.program.backend;

import org.jspecify.annotations.NullMarked;
