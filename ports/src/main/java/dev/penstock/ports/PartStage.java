// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports;

/** How far a part of a ring's page is on its way; the first five are the sender's, the others the receiver's. */
public enum PartStage {
    /** Pieces of objects begin to get their places in it. */
    OPENED("opened"),
    /** It gets no more of them: it is filled as soon as it can be. */
    SEALED("sealed"),
    /** Its bytes, and their digests, are in the sender's slot. */
    FILLED("filled"),
    /** The transport has taken its write. */
    POSTED("posted"),
    /** The write is over, as the sender sees it. */
    WRITTEN("written"),
    /** The receiver has said that it, and all before it, are done with. Not told of each: of the last one that a credit names. */
    ACKNOWLEDGED("acknowledged"),
    /** Its notification took effect. */
    ARRIVED("arrived"),
    /** Its pieces are where they belong, and their digests are known. */
    MOVED("moved"),
    /** What ends in it is settled. */
    CONSUMED("consumed");

    private final String label;

    PartStage(String label) {
        this.label = label;
    }

    /** The name under which the stage is shown. */
    public String label() {
        return label;
    }
}
