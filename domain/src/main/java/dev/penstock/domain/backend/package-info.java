// SPDX-License-Identifier: Apache-2.0
/**
 * The backend: a keyed store at the far end of a channel.
 *
 * <p>{@link dev.penstock.domain.backend.RemoteBackend} is the caller's side: put goes through the pipe; contains and remove
 * are control-plane calls; get asks the far side to send the objects back through the pipe in the other direction. {@link
 * dev.penstock.domain.backend.BackendService} and {@link dev.penstock.domain.backend.StoreSink} are the store's side: what
 * arrives stays in the pages in which it arrived, and is sent from there.
 */
@NullMarked
package dev.penstock.domain.backend;

import org.jspecify.annotations.NullMarked;
