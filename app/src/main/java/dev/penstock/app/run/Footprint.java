// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.run;

/** How much memory a program takes. */
public interface Footprint {
    /** What one sender takes. */
    long senderBytes(Sizes sizes);

    /** What the receiver takes for each sender that it expects. */
    long receiverBytes(Sizes sizes);

    /** What a whole run on one host takes. */
    default long totalBytes(Sizes sizes, int senders) {
        return senders * (senderBytes(sizes) + receiverBytes(sizes));
    }
}
