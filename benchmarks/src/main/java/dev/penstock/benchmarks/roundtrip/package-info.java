// SPDX-License-Identifier: Apache-2.0
/** How long a notification takes to another process and back. */
@NullMarked
package dev.penstock.benchmarks.roundtrip;

import org.jspecify.annotations.NullMarked;
