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
    SESSIONS_FAILED("sessions_failed"),
    /** Objects that were asked for and found in the upper tier of a store. */
    UPPER_TIER_HITS("upper_tier_hits"),
    /** Objects that were asked for and found in the tier of host memory. */
    HOST_TIER_HITS("host_tier_hits"),
    /** Objects that were asked for and found on disk alone. */
    DISK_TIER_HITS("disk_tier_hits"),
    /** Objects that were asked for and found in no tier. */
    TIER_MISSES("tier_misses"),
    /** Bytes copied from the upper tier to host memory. */
    BYTES_DEMOTED("bytes_demoted"),
    /** Nanoseconds in which at least one such copy was under way. */
    DEMOTION_NANOS("demotion_nanos"),
    /** Bytes copied from host memory to the upper tier. */
    BYTES_PROMOTED("bytes_promoted"),
    /** Nanoseconds in which at least one such copy was under way. */
    PROMOTION_NANOS("promotion_nanos"),
    /** Bytes of objects written to disk. */
    DISK_BYTES_WRITTEN("disk_bytes_written"),
    /** Nanoseconds in which at least one such write was under way. */
    DISK_WRITE_NANOS("disk_write_nanos"),
    /** Bytes of objects read from disk. */
    DISK_BYTES_READ("disk_bytes_read"),
    /** Nanoseconds in which at least one such read was under way. */
    DISK_READ_NANOS("disk_read_nanos"),
    /** Copies in lower tiers that were dropped since they had changed, torn files among them. */
    TIER_DAMAGES("tier_damages"),
    /** Copies to a lower tier that failed. */
    WRITE_BACK_FAILURES("write_back_failures"),
    /** Objects evicted from the upper tier though no tier below had a copy. */
    EVICTED_WITHOUT_COPY("evicted_without_copy");

    private final String label;

    Metric(String label) {
        this.label = label;
    }

    /** The name under which the counter is shown. */
    public String label() {
        return label;
    }
}
