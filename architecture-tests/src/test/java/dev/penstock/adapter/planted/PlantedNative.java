// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.planted;

/** Breaks a border on purpose: a native method outside its adapter. Never called. */
final class PlantedNative {
    native int call();
}
