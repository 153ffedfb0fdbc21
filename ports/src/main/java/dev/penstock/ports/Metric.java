// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports;

/** What the domain counts. Counters only grow; {@link Telemetry} implementations may expose them under {@link #label()}. */
public enum Metric {
    /** Payload bytes whose write completed. */
    BYTES_SENT("bytes_sent"),
    /** Payload bytes of objects that the receiving side took over. */
    BYTES_RECEIVED("bytes_received"),
    /** Objects acknowledged by the receiver. */
    OBJECTS_ACKNOWLEDGED("objects_acknowledged"),
    /** Objects handed to their consumer on the receiving side. */
    OBJECTS_DELIVERED("objects_delivered"),
    /** Parts (contiguous ranges of a slot, one write each) posted. */
    PARTS_POSTED("parts_posted"),
    /** Objects dropped because their digest differed. */
    DIGEST_MISMATCHES("digest_mismatches"),
    /** Notifications ignored because they belong to another epoch, or to no session. */
    STALE_NOTIFICATIONS("stale_notifications"),
    /** Notifications ignored because their sequence number was seen before. */
    DUPLICATE_NOTIFICATIONS("duplicate_notifications"),
    /** Times an observer threw; the object still reached the others. */
    OBSERVER_FAILURES("observer_failures"),
    /** Objects evicted from a store to make room. */
    OBJECTS_EVICTED("objects_evicted"),
    /** Bytes of pages that may still be written by a lost peer and so are not reused. */
    BYTES_QUARANTINED("bytes_quarantined"),
    /** Bytes that this side's copies, gathers, scatters and writes read from memory. */
    MEMORY_BYTES_READ("memory_bytes_read"),
    /** Bytes that digest passes read which no copy read anyway. */
    DIGEST_BYTES_READ("digest_bytes_read"),
    /** Bytes that this side's copies, gathers and scatters, and the peer's writes, wrote to memory. */
    MEMORY_BYTES_WRITTEN("memory_bytes_written"),
    /** Sessions that ended because the peer was lost, a deadline passed or the protocol was broken. */
    SESSIONS_FAILED("sessions_failed");

    private final String label;

    Metric(String label) {
        this.label = label;
    }

    /** The name under which the counter is shown. */
    public String label() {
        return label;
    }
}
