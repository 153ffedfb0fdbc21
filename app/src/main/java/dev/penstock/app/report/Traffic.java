// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import dev.penstock.ports.Metric;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How much of its memory one role read and wrote for the bytes that it moved.
 *
 * @param payloadBytes the bytes that it moved
 * @param readBytes read by copies, gathers and writes
 * @param digestBytes read by digests alone
 * @param writtenBytes written
 */
public record Traffic(long payloadBytes, long readBytes, long digestBytes, long writtenBytes) {
    /** The difference of two states of a role's counters. */
    public static Traffic between(long payloadBytes, Map<Metric, Long> before, Map<Metric, Long> after) {
        return new Traffic(
                payloadBytes,
                grown(Metric.MEMORY_BYTES_READ, before, after),
                grown(Metric.DIGEST_BYTES_READ, before, after),
                grown(Metric.MEMORY_BYTES_WRITTEN, before, after));
    }

    private static long grown(Metric metric, Map<Metric, Long> before, Map<Metric, Long> after) {
        return after.getOrDefault(metric, 0L) - before.getOrDefault(metric, 0L);
    }

    private double perByte(long bytes) {
        return payloadBytes == 0 ? 0 : (double) bytes / payloadBytes;
    }

    /** For people. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "%.2f read, %.2f written, %.2f read for digests",
                perByte(readBytes),
                perByte(writtenBytes),
                perByte(digestBytes));
    }

    /** For JSON. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("payload_bytes", payloadBytes);
        map.put("read_bytes", readBytes);
        map.put("digest_read_bytes", digestBytes);
        map.put("written_bytes", writtenBytes);
        map.put("read_per_byte", perByte(readBytes));
        map.put("digest_read_per_byte", perByte(digestBytes));
        map.put("written_per_byte", perByte(writtenBytes));
        return map;
    }

    static Traffic of(Fields fields) {
        return new Traffic(
                fields.number("payload_bytes").longValue(),
                fields.number("read_bytes").longValue(),
                fields.number("digest_read_bytes").longValue(),
                fields.number("written_bytes").longValue());
    }
}
