// SPDX-License-Identifier: Apache-2.0
/** A node that runs: its loop, its ports, and its end. */
@NullMarked
package dev.penstock.app.node;

import org.jspecify.annotations.NullMarked;
