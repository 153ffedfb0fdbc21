// SPDX-License-Identifier: Apache-2.0
/** The contract of the control plane as an abstract JUnit test. */
@NullMarked
package dev.penstock.transport.testkit.control;

import org.jspecify.annotations.NullMarked;
