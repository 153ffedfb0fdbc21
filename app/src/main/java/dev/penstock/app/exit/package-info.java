// SPDX-License-Identifier: Apache-2.0
/** How a run ends: exit codes, and the failures that carry one. */
@NullMarked
package dev.penstock.app.exit;

import org.jspecify.annotations.NullMarked;
