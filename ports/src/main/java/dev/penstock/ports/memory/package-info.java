// SPDX-License-Identifier: Apache-2.0
/** Memory as the domain sees it: regions, spans, asynchronous copies and paged KV movement. */
@NullMarked
package dev.penstock.ports.memory;

import org.jspecify.annotations.NullMarked;
