// SPDX-License-Identifier: Apache-2.0
/** What the domain needs from outside: failures, time, counting, and the digest that both ends of a transfer compute. */
@NullMarked
package dev.penstock.ports;

import org.jspecify.annotations.NullMarked;
