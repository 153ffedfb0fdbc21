// SPDX-License-Identifier: Apache-2.0
/** NIXL bound by the foreign function and memory API. */
@NullMarked
package dev.penstock.adapter.nixl.ffm;

import org.jspecify.annotations.NullMarked;
