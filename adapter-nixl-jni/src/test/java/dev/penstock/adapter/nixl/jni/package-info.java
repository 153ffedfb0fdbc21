// SPDX-License-Identifier: Apache-2.0
/** NIXL by JNI, tested with the real library. */
@NullMarked
package dev.penstock.adapter.nixl.jni;

import org.jspecify.annotations.NullMarked;
