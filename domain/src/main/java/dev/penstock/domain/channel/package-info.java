// SPDX-License-Identifier: Apache-2.0
/** Channels: a pipe plus keys and metadata, batches, and observers on the receiving side. */
@NullMarked
package dev.penstock.domain.channel;

import org.jspecify.annotations.NullMarked;
