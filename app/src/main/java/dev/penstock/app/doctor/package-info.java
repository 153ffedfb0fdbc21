// SPDX-License-Identifier: Apache-2.0
/** Finds out what a host can do, and what keeps it from doing more. */
@NullMarked
package dev.penstock.app.doctor;

import org.jspecify.annotations.NullMarked;
