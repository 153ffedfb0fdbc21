// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.planted;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;

/** Breaks a border on purpose: an adapter that knows another. */
record PlantedNeighbour(LoopbackTransportProvider provider) {}
