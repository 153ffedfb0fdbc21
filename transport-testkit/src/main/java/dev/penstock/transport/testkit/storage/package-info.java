// SPDX-License-Identifier: Apache-2.0
/** The contract of storage. */
@NullMarked
package dev.penstock.transport.testkit.storage;

import org.jspecify.annotations.NullMarked;
