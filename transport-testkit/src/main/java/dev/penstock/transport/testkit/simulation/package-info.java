// SPDX-License-Identifier: Apache-2.0
/**
 * A world in one thread: processes with memory, a transport and a control plane, under a virtual clock and one seed.
 *
 * <p>{@link dev.penstock.transport.testkit.simulation.SimulatedWorld} delays, reorders, damages and loses what the ports
 * allow to be delayed, reordered, damaged and lost, and watches from outside that whoever uses the ports keeps the rules:
 * no page written without a credit, no memory used while a request that was submitted may still touch it, nothing left
 * behind. What it finds is an {@link java.lang.AssertionError}, thrown where it happens.
 */
@NullMarked
package dev.penstock.transport.testkit.simulation;

import org.jspecify.annotations.NullMarked;
