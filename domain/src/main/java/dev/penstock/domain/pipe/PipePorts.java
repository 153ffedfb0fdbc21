// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.Telemetry;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.memory.PagedKvMover;
import dev.penstock.ports.transport.KvTransport;

/** The ports that both ends of a pipe drive. */
public record PipePorts(Memory memory, PagedKvMover mover, KvTransport transport, Telemetry telemetry) {}
