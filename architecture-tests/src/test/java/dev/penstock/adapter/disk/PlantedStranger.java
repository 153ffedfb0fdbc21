// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.disk;

import dev.penstock.adapter.host.HostMemory;

/** Breaks a border on purpose: files that know what memory there is. */
record PlantedStranger(HostMemory memory) {}
