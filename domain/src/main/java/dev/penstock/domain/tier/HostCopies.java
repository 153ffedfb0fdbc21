// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.PageFiller.Place;
import dev.penstock.domain.store.StoredObject;
import dev.penstock.ports.Clock;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.memory.Completion;
import dev.penstock.ports.memory.Memory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Copies of the upper tier's objects in host memory. */
final class HostCopies implements WriteBack.Below {
    private final ObjectStore upper;
    private final ObjectStore host;
    private final Function<ObjectMeta, @Nullable Place> places;
    private final Memory memory;
    private final Flow demotions;

    /**
     * No copies.
     *
     * @param places of the host tier: null if there is no room now
     */
    HostCopies(
            ObjectStore upper,
            ObjectStore host,
            Function<ObjectMeta, @Nullable Place> places,
            Memory memory,
            Clock clock,
            Telemetry telemetry) {
        this.upper = upper;
        this.host = host;
        this.places = places;
        this.memory = memory;
        this.demotions = new Flow(Metric.BYTES_DEMOTED, Metric.DEMOTION_NANOS, clock, telemetry);
    }

    @Override
    public boolean takes(long lengthBytes) {
        return lengthBytes <= host.capacityBytes();
    }

    @Override
    public boolean begin(StoredObject object, Completion completion) {
        Place place = places.apply(object.meta());
        if (place == null) {
            return false;
        }
        demotions.began();
        ObjectCopy.begin(memory, object.pieces(), place.pieces(), (digest, failure) -> {
            demotions.ended(failure == null ? object.lengthBytes() : 0);
            // What was removed or replaced meanwhile must not come back.
            StoredObject now = upper.find(object.key());
            if (failure == null && now != null && now.isCopyOf(object)) {
                host.put(object.meta(), place.pieces(), object.digest());
            }
            place.letGo();
            if (failure == null) {
                completion.completed();
            } else {
                completion.failed(failure);
            }
        });
        return true;
    }
}
