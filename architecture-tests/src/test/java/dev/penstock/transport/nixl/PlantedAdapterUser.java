// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;

/** Breaks a border on purpose: a transport that knows an adapter. */
record PlantedAdapterUser(LoopbackTransportProvider provider) {}
