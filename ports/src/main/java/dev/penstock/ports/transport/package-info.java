// SPDX-License-Identifier: Apache-2.0
/** Transports that write spans of one process's memory into another's and deliver notifications. */
@NullMarked
package dev.penstock.ports.transport;

import org.jspecify.annotations.NullMarked;
