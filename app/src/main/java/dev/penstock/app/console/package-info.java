// SPDX-License-Identifier: Apache-2.0
/** What a run says while it goes on: to a person, or to the process that started it. */
@NullMarked
package dev.penstock.app.console;

import org.jspecify.annotations.NullMarked;
