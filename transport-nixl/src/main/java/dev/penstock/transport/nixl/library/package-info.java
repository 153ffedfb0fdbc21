// SPDX-License-Identifier: Apache-2.0
/** Where NIXL's C library is on this host. */
@NullMarked
package dev.penstock.transport.nixl.library;

import org.jspecify.annotations.NullMarked;
