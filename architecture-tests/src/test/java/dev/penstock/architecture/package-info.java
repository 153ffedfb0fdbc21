// SPDX-License-Identifier: Apache-2.0
/** Rules over all modules together. */
package dev.penstock.architecture;
