// SPDX-License-Identifier: Apache-2.0
/** Pipes, channels, backend and cache engine over the ports. */
@NullMarked
package dev.penstock.domain;

import org.jspecify.annotations.NullMarked;
