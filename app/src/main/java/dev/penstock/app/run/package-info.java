// SPDX-License-Identifier: Apache-2.0
/** What a run does: its parameters, and how they are made to fit the memory that is there. */
@NullMarked
package dev.penstock.app.run;

import org.jspecify.annotations.NullMarked;
