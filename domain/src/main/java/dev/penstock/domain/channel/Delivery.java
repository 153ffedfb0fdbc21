// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.channel;

/** How a channel hands objects to its observers. */
public enum Delivery {
    /** As views of the ring: no copy. Objects that are too long for that become owned ones. */
    VIEW,
    /** As copies in memory of the receiver's own. */
    OWNED
}
