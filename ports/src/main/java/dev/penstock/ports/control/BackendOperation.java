// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

/** What can be asked of the store at the other side. */
public enum BackendOperation {
    /** Which of the keys are there. */
    CONTAINS,
    /** Remove the keys; the answer says which were there. */
    REMOVE,
    /** Send the keys' objects through the pipe towards the caller; the answer says which will come. */
    FETCH,
    /**
     * Keep the keys' objects from eviction for a time, from the first key on up to the first that has none; the answer says
     * which those are.
     */
    LEASE,
    /** End one lease on each of the keys, which counts as a use, the last key first; the answer says which had one. */
    RELEASE
}
