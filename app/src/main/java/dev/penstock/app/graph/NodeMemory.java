// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.ports.memory.KvPattern;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKvMover;

/**
 * The memory of a node and what works on it.
 *
 * @param memory its regions
 * @param mover gathers and scatters in them
 * @param pattern fills and checks them
 */
record NodeMemory(Memory memory, PagedKvMover mover, KvPattern pattern) {}
