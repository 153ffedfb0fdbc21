// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.channel;

/** How a channel hands objects to its observers. */
public enum Delivery {
    /** As views of the ring: no copy. Objects that do not fit into the ring become owned ones. */
    VIEW,
    /** As copies in memory of the receiver's own. */
    OWNED
}
