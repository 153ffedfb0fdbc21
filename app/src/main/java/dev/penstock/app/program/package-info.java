// SPDX-License-Identifier: Apache-2.0
/** The programs: what each role of each of them does. */
@NullMarked
package dev.penstock.app.program;

import org.jspecify.annotations.NullMarked;
