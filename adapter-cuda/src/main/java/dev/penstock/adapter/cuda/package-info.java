// SPDX-License-Identifier: Apache-2.0
/** Memory of CUDA devices. */
@NullMarked
package dev.penstock.adapter.cuda;

import org.jspecify.annotations.NullMarked;
