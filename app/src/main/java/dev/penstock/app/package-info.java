// SPDX-License-Identifier: Apache-2.0
/** The command-line program and the object graph behind it. */
@NullMarked
package dev.penstock.app;

import org.jspecify.annotations.NullMarked;
