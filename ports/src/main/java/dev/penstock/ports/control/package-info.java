// SPDX-License-Identifier: Apache-2.0
/** How two nodes meet and talk beside the data path. */
@NullMarked
package dev.penstock.ports.control;

import org.jspecify.annotations.NullMarked;
