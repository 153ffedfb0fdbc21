// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain;

import jcuda.driver.CUcontext;

/** Breaks a border on purpose: JCuda outside its adapter. */
record PlantedCuda(CUcontext context) {}
