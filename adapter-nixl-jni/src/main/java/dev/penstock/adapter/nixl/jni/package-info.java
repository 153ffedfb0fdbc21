// SPDX-License-Identifier: Apache-2.0
/** NIXL bound by JNI. */
@NullMarked
package dev.penstock.adapter.nixl.jni;

import org.jspecify.annotations.NullMarked;
