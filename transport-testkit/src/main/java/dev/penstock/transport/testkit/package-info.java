// SPDX-License-Identifier: Apache-2.0
/** The contracts of the ports as abstract JUnit tests. */
@NullMarked
package dev.penstock.transport.testkit;

import org.jspecify.annotations.NullMarked;
