// SPDX-License-Identifier: Apache-2.0
/** Keeps objects in files of one folder; the files' bytes are in docs/tiers.md. */
@NullMarked
package dev.penstock.adapter.disk;

import org.jspecify.annotations.NullMarked;
