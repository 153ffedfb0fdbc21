// SPDX-License-Identifier: Apache-2.0
/** The contracts of the memory ports as abstract JUnit tests, with slow and simple references to compare with. */
@NullMarked
package dev.penstock.transport.testkit.memory;

import org.jspecify.annotations.NullMarked;
