// SPDX-License-Identifier: Apache-2.0
/** What a run found out, as figures, tables and JSON. */
@NullMarked
package dev.penstock.app.report;

import org.jspecify.annotations.NullMarked;
