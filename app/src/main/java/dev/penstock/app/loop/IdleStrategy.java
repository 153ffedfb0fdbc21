// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.loop;

/** How far a loop that finds nothing to do goes in giving its core away. */
public enum IdleStrategy {
    /** Never: the shortest reaction, a whole core. */
    SPIN,
    /** After a while it lets other threads run in between. */
    YIELD,
    /** After a while longer it sleeps: 200 microseconds at a time at most, a millisecond if nothing goes on for long. */
    PARK
}
