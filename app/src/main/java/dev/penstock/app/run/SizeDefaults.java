// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.run;

/**
 * What a program takes where nobody asks for anything else.
 *
 * @param objects in a round
 * @param bufferBytes of each ring
 * @param wholeObjects whether objects are written in the ring by their owner, so that a slot must hold one
 */
public record SizeDefaults(int objects, long bufferBytes, boolean wholeObjects) {}
