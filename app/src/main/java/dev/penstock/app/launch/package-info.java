// SPDX-License-Identifier: Apache-2.0
/** One command, several processes. */
@NullMarked
package dev.penstock.app.launch;

import org.jspecify.annotations.NullMarked;
