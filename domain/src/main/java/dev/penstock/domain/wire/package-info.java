// SPDX-License-Identifier: Apache-2.0
/** The bytes of ring notifications and object headers: docs/protocol.md, sections 2 and 4. */
@NullMarked
package dev.penstock.domain.wire;

import org.jspecify.annotations.NullMarked;
