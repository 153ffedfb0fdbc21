// SPDX-License-Identifier: Apache-2.0
/** The programs {@code channel} and {@code channel-v2}: objects with keys and metadata, seen by an observer. */
@NullMarked
package dev.penstock.app.program.channel;

import org.jspecify.annotations.NullMarked;
