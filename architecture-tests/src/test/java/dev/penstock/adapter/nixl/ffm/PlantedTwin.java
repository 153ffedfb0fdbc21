// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.ffm;

import dev.penstock.adapter.nixl.jni.NixlJniTransportProvider;

/** Breaks a border on purpose: one binding of NIXL that knows the other. */
record PlantedTwin(NixlJniTransportProvider provider) {}
