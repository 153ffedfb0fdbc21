// SPDX-License-Identifier: Apache-2.0
/**
 * What a transport over NIXL must do beyond the testkit's contract, whatever binds the library: as abstract JUnit tests, which
 * each binding's module extends. They are this module's test jar.
 */
@NullMarked
package dev.penstock.transport.nixl.contract;

import org.jspecify.annotations.NullMarked;
