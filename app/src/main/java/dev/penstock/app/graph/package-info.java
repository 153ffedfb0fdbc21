// SPDX-License-Identifier: Apache-2.0
/** The object graph: which adapter stands behind which port. */
@NullMarked
package dev.penstock.app.graph;

import org.jspecify.annotations.NullMarked;
