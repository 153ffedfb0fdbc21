// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import dev.penstock.ports.memory.RegionId;
import java.util.ArrayDeque;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import org.jspecify.annotations.Nullable;

/** One stream and the requests on it, which end in the order in which they began: only the first one's event is asked. */
final class Track implements AutoCloseable {
    private final CUstream stream = new CUstream();
    private final ArrayDeque<Lane> free = new ArrayDeque<>();
    private final ArrayDeque<Lane> running = new ArrayDeque<>();

    Track() {
        // Does not wait for the legacy default stream, on which libraries beside this may put things.
        CudaCalls.check(cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate", "use a GPU");
    }

    int running() {
        return running.size();
    }

    void begin(Work work) {
        Lane lane = free.isEmpty() ? new Lane(stream) : free.pop();
        lane.begin(work);
        running.add(lane);
    }

    /** The request that ended first, with its results in place; null if none has. It is to be given back by {@link #recycle}. */
    @Nullable
    Lane ended() {
        Lane first = running.peek();
        if (first == null || !first.ended()) {
            return null;
        }
        running.remove();
        return first;
    }

    void recycle(Lane lane) {
        free.push(lane);
    }

    boolean uses(RegionId region) {
        for (Lane lane : running) {
            if (lane.uses(region)) {
                return true;
            }
        }
        return false;
    }

    /** Waits until the GPU is done with everything here; what goes wrong shows in the requests' own events. */
    void await() {
        cuStreamSynchronize(stream);
    }

    @Override
    public void close() {
        free.forEach(Lane::close);
        running.forEach(Lane::close);
        cuStreamDestroy(stream);
    }
}
