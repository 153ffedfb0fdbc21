// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain;

import java.lang.foreign.MemorySegment;

/** Breaks a border on purpose: foreign memory outside its adapter. */
record PlantedForeign(MemorySegment segment) {}
