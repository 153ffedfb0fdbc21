// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.HostRegion;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The regions of this node that NIXL knows. */
final class Registrations {
    private static final String OPERATION = "register memory";

    private final NixlAgent agent;
    private final Map<RegionId, Registration> byId = new LinkedHashMap<>();

    Registrations(NixlAgent agent) {
        this.agent = agent;
    }

    /**
     * Registers a region.
     *
     * @throws IllegalStateException if it is registered already
     * @throws KvTransferException if NIXL can't have it
     */
    void add(Region region) {
        if (byId.containsKey(region.id())) {
            throw new IllegalStateException("region " + region.id().value() + " is registered already");
        }
        if (region.nativeAddress() == HostRegion.NO_ADDRESS) {
            throw new KvTransferException(
                    FailureKind.REFUSED,
                    OPERATION,
                    "region " + region.id().value() + " has no native address, and NIXL moves native memory alone: "
                            + "allocate it from this transport's host regions, or from a device");
        }
        requireApart(region);
        agent.register(region);
        byId.put(region.id(), new Registration(region));
    }

    /** NIXL takes overlapping blocks without a word, and finds the wrong one when one of them goes. */
    private void requireApart(Region region) {
        long begin = region.nativeAddress();
        long end = begin + region.lengthBytes();
        for (Registration other : byId.values()) {
            Region known = other.region();
            boolean sameMemory = known.kind() == region.kind() && known.device() == region.device();
            if (sameMemory && begin < known.nativeAddress() + known.lengthBytes() && known.nativeAddress() < end) {
                throw new KvTransferException(
                        FailureKind.REFUSED,
                        OPERATION,
                        "region " + region.id().value() + " overlaps region "
                                + known.id().value() + ", which is registered: use that one, or deregister it");
            }
        }
    }

    /** The registration, or null. */
    @Nullable
    Registration find(RegionId id) {
        return byId.get(id);
    }

    /** Ends a registration that nothing uses. */
    void remove(Registration registration) {
        byId.remove(registration.region().id());
        agent.deregister(registration.region());
    }

    /** All of them, at this moment. */
    Collection<Registration> all() {
        return List.copyOf(byId.values());
    }

    /** What a descriptor says of them. */
    List<RemoteRegion> table() {
        List<RemoteRegion> table = new ArrayList<>(byId.size());
        for (Registration registration : byId.values()) {
            Region region = registration.region();
            table.add(new RemoteRegion(
                    region.id(), region.kind(), region.device(), region.nativeAddress(), region.lengthBytes()));
        }
        return table;
    }

    /**
     * Checks where a segment is read from.
     *
     * @throws IllegalArgumentException if that is not within a registered region
     */
    void checkSource(SegmentList segments, int index) {
        Registration source = find(segments.fromRegion(index));
        if (source == null) {
            throw new IllegalArgumentException("segment " + index + " is read from region "
                    + segments.fromRegion(index).value() + ", which is not registered");
        }
        RemoteRegion.checkWithin(
                "read from",
                index,
                segments.fromOffset(index),
                segments.length(index),
                source.region().lengthBytes());
    }

    /** As {@link #find}, where a check went before. */
    Registration get(RegionId id) {
        return Objects.requireNonNull(find(id), "a checked region is registered");
    }
}
