// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain;

import dev.penstock.transport.nixl.NixlTransports;

/** Breaks a border on purpose: a domain that knows a transport. */
record PlantedNixlUser(NixlTransports transports) {}
