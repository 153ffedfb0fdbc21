// SPDX-License-Identifier: Apache-2.0
/** NIXL as a transport, whatever binds its C library. */
@NullMarked
package dev.penstock.transport.nixl;

import org.jspecify.annotations.NullMarked;
