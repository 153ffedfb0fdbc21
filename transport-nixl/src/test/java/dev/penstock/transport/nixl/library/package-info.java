// SPDX-License-Identifier: Apache-2.0
/** Tests of the search for NIXL, and of the script that fetches it. */
@NullMarked
package dev.penstock.transport.nixl.library;

import org.jspecify.annotations.NullMarked;
