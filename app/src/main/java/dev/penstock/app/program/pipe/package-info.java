// SPDX-License-Identifier: Apache-2.0
/** The programs that use a plain pipe: objects in a known order, without keys. */
@NullMarked
package dev.penstock.app.program.pipe;

import org.jspecify.annotations.NullMarked;
