// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.cuda;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Several {@link BlockingAccess}es, so that threads that wait for the GPU do so side by side: where processes share one, it
 * takes turns between them, and a wait is as long as the other's turn.
 */
final class BlockingPool implements AutoCloseable {
    /** Each has a page-locked block; what more would wait for is the same turn of the GPU. */
    private static final int MOST = 8;

    private final CudaDevice device;
    private final Kernels kernels;
    private final ArrayDeque<BlockingAccess> idle = new ArrayDeque<>();
    private int made;

    /** Has one from the start, so that what can't be had is noticed here. */
    BlockingPool(CudaDevice device, Kernels kernels) {
        this.device = device;
        this.kernels = kernels;
        idle.push(new BlockingAccess(device, kernels));
        made = 1;
    }

    void run(Consumer<BlockingAccess> use) {
        call(access -> {
            use.accept(access);
            return true;
        });
    }

    long ask(ToLongFunction<BlockingAccess> use) {
        return call(use::applyAsLong);
    }

    private <T> T call(Function<BlockingAccess, T> use) {
        BlockingAccess access = take();
        try {
            return use.apply(access);
        } finally {
            giveBack(access);
        }
    }

    private synchronized BlockingAccess take() {
        boolean interrupted = false;
        while (idle.isEmpty() && made == MOST) {
            try {
                wait();
            } catch (InterruptedException e) {
                // Another thread's call ends soon; the caller sees the interruption after his own.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!idle.isEmpty()) {
            return idle.pop();
        }
        device.makeCurrent();
        BlockingAccess access = new BlockingAccess(device, kernels);
        made++;
        return access;
    }

    private synchronized void giveBack(BlockingAccess access) {
        idle.push(access);
        notifyAll();
    }

    /** Nobody is waiting for the GPU any more. */
    @Override
    public synchronized void close() {
        idle.forEach(BlockingAccess::close);
        idle.clear();
    }
}
