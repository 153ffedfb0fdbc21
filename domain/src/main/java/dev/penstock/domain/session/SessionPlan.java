// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.ports.control.SessionTerms;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * What one side brings into a session.
 *
 * @param terms what the other side must have the same
 * @param inbound what is needed to receive, if this side receives
 * @param sendRing makes the ring in which this side fills what it sends, given the peer's page size; not called where the
 *     two sides share memory, or where this side sends nothing
 * @param handler is told what happens
 */
public record SessionPlan(
        SessionTerms terms, Optional<Inbound> inbound, LongFunction<Ring> sendRing, SessionHandler handler) {}
