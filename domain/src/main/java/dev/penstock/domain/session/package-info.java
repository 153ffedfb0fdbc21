// SPDX-License-Identifier: Apache-2.0
/**
 * Sessions: two nodes meet, check that they fit, open pipes, watch each other and part. docs/protocol.md, section 1.
 *
 * <p>{@link dev.penstock.domain.session.Node} is what a loop steps: it polls the ports, hands what they report to the
 * sessions and steps those.
 */
@NullMarked
package dev.penstock.domain.session;

import org.jspecify.annotations.NullMarked;
