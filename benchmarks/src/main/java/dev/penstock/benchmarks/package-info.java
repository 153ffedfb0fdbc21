// SPDX-License-Identifier: Apache-2.0
/** JMH benchmarks. */
@NullMarked
package dev.penstock.benchmarks;

import org.jspecify.annotations.NullMarked;
