// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The regions that are registered, and how many writes under way read from each. */
final class Registrations {
    private final Map<RegionId, Registration> byId = new LinkedHashMap<>();

    private static final class Registration {
        final HostRegion block;
        final long lengthBytes;
        final OptionalInt fileNumber;
        int segmentsInUse;

        Registration(HostRegion block, long lengthBytes, OptionalInt fileNumber) {
            this.block = block;
            this.lengthBytes = lengthBytes;
            this.fileNumber = fileNumber;
        }
    }

    /** Registers a region; one that {@code shared} allocated becomes a destination too. */
    void add(Region region, SharedRegions shared) {
        HostRegion block = region.host();
        if (block == null) {
            throw new KvTransferException(
                    FailureKind.UNAVAILABLE,
                    "register a region",
                    "loopback moves host memory only, not " + region.kind().label() + " memory");
        }
        if (region.lengthBytes() > block.lengthBytes()) {
            throw new IllegalArgumentException(
                    "a region of " + region.lengthBytes() + " bytes in a block of " + block.lengthBytes());
        }
        if (byId.containsKey(region.id())) {
            throw new IllegalArgumentException("region " + region.id().value() + " is registered already");
        }
        byId.put(region.id(), new Registration(block, region.lengthBytes(), shared.fileNumber(block)));
    }

    /** Ends a registration; an unknown id is ignored. */
    void remove(RegionId id) {
        Registration registration = byId.get(id);
        if (registration != null && registration.segmentsInUse > 0) {
            throw new IllegalStateException("a write under way reads from region " + id.value());
        }
        byId.remove(id);
    }

    boolean contains(RegionId id) {
        return byId.containsKey(id);
    }

    /** The regions that peers can write. */
    List<Descriptor.SharedBlock> destinations() {
        List<Descriptor.SharedBlock> destinations = new ArrayList<>();
        byId.forEach((id, registration) -> registration.fileNumber.ifPresent(
                number -> destinations.add(new Descriptor.SharedBlock(id, number, registration.block.lengthBytes()))));
        return destinations;
    }

    /** The block behind a region that a write under way uses. */
    HostRegion block(RegionId id) {
        return Objects.requireNonNull(byId.get(id), "a region in use stays registered").block;
    }

    /**
     * Checks that a segment's source is within a registered region.
     *
     * @throws IllegalArgumentException if it isn't
     */
    void checkSource(SegmentList segments, int index) {
        RegionId id = segments.fromRegion(index);
        Registration registration = byId.get(id);
        if (registration == null) {
            throw new IllegalArgumentException(
                    "segment " + index + " is read from region " + id.value() + ", which is not registered");
        }
        checkWithin(index, segments.fromOffset(index), segments.length(index), registration.lengthBytes);
    }

    /**
     * Checks that a segment is within its region.
     *
     * @throws IllegalArgumentException if it isn't
     */
    static void checkWithin(int index, long offsetBytes, long lengthBytes, long regionBytes) {
        if (offsetBytes > regionBytes || lengthBytes > regionBytes - offsetBytes) {
            throw new IllegalArgumentException("segment " + index + " of " + lengthBytes + " bytes at " + offsetBytes
                    + " is not within a region of " + regionBytes);
        }
    }

    /** Keeps the sources registered until {@link #unuse}. */
    void use(@Nullable SegmentList segments) {
        count(segments, 1);
    }

    void unuse(@Nullable SegmentList segments) {
        count(segments, -1);
    }

    private void count(@Nullable SegmentList segments, int change) {
        if (segments != null) {
            for (int i = 0; i < segments.size(); i++) {
                Registration registration = byId.get(segments.fromRegion(i));
                if (registration != null) {
                    registration.segmentsInUse += change;
                }
            }
        }
    }
}
