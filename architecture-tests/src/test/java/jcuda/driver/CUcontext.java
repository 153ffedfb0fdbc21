// SPDX-License-Identifier: Apache-2.0
package jcuda.driver;

/** Stands in for JCuda's class of that name, which is not among the dependencies yet, for a planted violation. */
public final class CUcontext {}
