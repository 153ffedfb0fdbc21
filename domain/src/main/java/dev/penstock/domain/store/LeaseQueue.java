// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Leases by deadline: a binary heap in which each lease knows its place, so that one that is released early leaves at once
 * in logarithmic time, where a {@link java.util.PriorityQueue} would search for it.
 */
final class LeaseQueue {
    private static final int FIRST_CAPACITY = 16;

    private @Nullable Lease[] heap = new @Nullable Lease[FIRST_CAPACITY];
    private int size;

    int size() {
        return size;
    }

    void add(Lease lease) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        place(lease, size++);
        up(lease);
    }

    /** The lease that expires first, or null. */
    @Nullable
    Lease first() {
        return heap[0];
    }

    void remove(Lease lease) {
        int hole = lease.queueIndex;
        Lease last = at(--size);
        heap[size] = null;
        lease.leftQueue();
        if (last != lease) {
            place(last, hole);
            up(last);
            down(last);
        }
    }

    private void up(Lease lease) {
        while (lease.queueIndex > 0) {
            Lease parent = at((lease.queueIndex - 1) / 2);
            if (!earlier(lease, parent)) {
                return;
            }
            swap(lease, parent);
        }
    }

    private void down(Lease lease) {
        while (true) {
            int left = 2 * lease.queueIndex + 1;
            if (left >= size) {
                return;
            }
            Lease child = at(left);
            if (left + 1 < size && earlier(at(left + 1), child)) {
                child = at(left + 1);
            }
            if (!earlier(child, lease)) {
                return;
            }
            swap(lease, child);
        }
    }

    private void swap(Lease a, Lease b) {
        int index = a.queueIndex;
        place(a, b.queueIndex);
        place(b, index);
    }

    private void place(Lease lease, int index) {
        heap[index] = lease;
        lease.queueIndex = index;
    }

    private Lease at(int index) {
        Lease lease = heap[index];
        if (lease == null) {
            throw new AssertionError("no lease at " + index + " of " + size);
        }
        return lease;
    }

    /** By difference, as times with an arbitrary origin are compared: they may wrap around. */
    private static boolean earlier(Lease a, Lease b) {
        return a.deadlineNanos() - b.deadlineNanos() < 0;
    }
}
