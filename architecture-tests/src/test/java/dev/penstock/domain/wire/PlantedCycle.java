// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.wire;

import dev.penstock.domain.pipe.PipeSender;

/** Breaks a border on purpose: the bytes of a notification know the pipe, which knows them. */
record PlantedCycle(PipeSender pipe) {}
