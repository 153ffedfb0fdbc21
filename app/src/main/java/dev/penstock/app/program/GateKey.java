// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

/**
 * The questions by which a sender and a receiver keep step between rounds. They travel as calls to a store, under keys that
 * no object has; the answer comes when the receiver is ready, and is no if it found something wrong.
 */
record GateKey(String value) {
    private static final String PREFIX = "penstock-gate/";

    /** "Do you own, and find right, all objects of this round?" */
    static GateKey round(int round) {
        return new GateKey(PREFIX + "round/" + round);
    }

    /** "May the senders measure their copies alone?" */
    static GateKey sendersAlone() {
        return new GateKey(PREFIX + "raw/senders-alone");
    }

    /** "Have you measured yours alone?" */
    static GateKey receiverAlone() {
        return new GateKey(PREFIX + "raw/receiver-alone");
    }

    /** "Shall we all measure now?" */
    static GateKey together() {
        return new GateKey(PREFIX + "raw/together");
    }

    /** "Have you measured with us?" */
    static GateKey measured() {
        return new GateKey(PREFIX + "raw/measured");
    }

    static boolean is(String key) {
        return key.startsWith(PREFIX);
    }
}
