// SPDX-License-Identifier: Apache-2.0
/** Objects that outlive the process: files. */
@NullMarked
package dev.penstock.ports.storage;

import org.jspecify.annotations.NullMarked;
