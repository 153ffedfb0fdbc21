// SPDX-License-Identifier: Apache-2.0
/** The command line. */
@NullMarked
package dev.penstock.app.cli;

import org.jspecify.annotations.NullMarked;
