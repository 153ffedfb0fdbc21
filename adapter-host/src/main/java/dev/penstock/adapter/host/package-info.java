// SPDX-License-Identifier: Apache-2.0
/** Memory of the host: copies, digests, paged KV movement and test patterns on the CPU. */
@NullMarked
package dev.penstock.adapter.host;

import org.jspecify.annotations.NullMarked;
