// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.loop;

/** What a loop does again and again. Every method is called on the loop's thread. */
public interface LoopDuty {
    /** Moves everything along without blocking. Returns how much was done; 0 means that the loop may idle. */
    int step();

    /** Gives everything back. Called once, as the last thing, also after a step that threw. */
    void close();
}
