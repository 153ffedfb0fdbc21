// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;

/** Breaks a border on purpose: a domain class that knows an adapter. */
record PlantedAdapterUser(LoopbackTransportProvider provider) {}
