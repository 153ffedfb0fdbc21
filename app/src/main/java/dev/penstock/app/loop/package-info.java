// SPDX-License-Identifier: Apache-2.0
/** The thread that steps a node, and what it does when there is nothing to do. */
@NullMarked
package dev.penstock.app.loop;

import org.jspecify.annotations.NullMarked;
