// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.simulation;

import dev.penstock.ports.Clock;
import dev.penstock.ports.EpochSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Everything outside the code under test: time, chance, the processes, and what is on its way between them. One thread;
 * what happens depends on the seed and on the calls alone.
 */
public final class SimulatedWorld {
    private final Random random;
    private final Faults faults;
    private final boolean sharesMemory;
    private final @Nullable Consumer<String> trace;
    private final MemoryWatch memoryWatch = new MemoryWatch(this);
    private final CreditWatch creditWatch = new CreditWatch(this);
    private final List<SimulatedProcess> processes = new ArrayList<>();
    private final Map<String, SimulatedControlPlane> listeners = new HashMap<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long scheduled;

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    /**
     * A world without processes.
     *
     * @param random where all chance comes from
     * @param sharesMemory whether a process can reach the memory of another
     * @param trace told what happens, line by line; null for nobody
     */
    public SimulatedWorld(Random random, Faults faults, boolean sharesMemory, @Nullable Consumer<String> trace) {
        this.random = random;
        this.faults = faults;
        this.sharesMemory = sharesMemory;
        this.trace = trace;
    }

    /** What is wrong with this world. */
    public Faults faults() {
        return faults;
    }

    /** Whether a process can reach the memory of another. */
    public boolean sharesMemory() {
        return sharesMemory;
    }

    /** Where all chance comes from. */
    public Random random() {
        return random;
    }

    /** The virtual clock. */
    public Clock clock() {
        return () -> now;
    }

    /** Epochs that depend on the seed. */
    public EpochSource epochs() {
        return () -> random.nextLong() | 1;
    }

    /** A new process. The name must be new too. */
    public SimulatedProcess start(String name) {
        SimulatedProcess process = new SimulatedProcess(this, processes.size(), name);
        processes.add(process);
        trace(() -> name + " starts");
        return process;
    }

    /** Lets time pass and everything happen that falls due. */
    public void advance(long ns) {
        long until = now + ns;
        Event next = events.peek();
        while (next != null && next.at() <= until) {
            events.remove();
            now = Math.max(now, next.at());
            next.action().run();
            next = events.peek();
        }
        now = until;
    }

    /** Lets time pass until something happens, but not longer than given. */
    public void advanceToNext(long atMostNs) {
        Event next = events.peek();
        advance(next == null ? atMostNs : Math.min(atMostNs, Math.max(1, next.at() - now)));
    }

    /** Adds a line to the trace, if there is one. */
    public void trace(Supplier<String> line) {
        Consumer<String> to = trace;
        if (to != null) {
            to.accept(String.format("%10.3f us  %s", now / 1000.0, line.get()));
        }
    }

    /** Which memory is in use by what; for uses that the ports know nothing of, such as an application's views. */
    public MemoryWatch memoryWatch() {
        return memoryWatch;
    }

    CreditWatch creditWatch() {
        return creditWatch;
    }

    Map<String, SimulatedControlPlane> listeners() {
        return listeners;
    }

    List<SimulatedProcess> processes() {
        return processes;
    }

    /** Does something later, within the given time, which may be none. */
    void within(long longestNs, Runnable action) {
        events.add(new Event(now + upTo(longestNs), scheduled++, action));
    }

    void at(long time, Runnable action) {
        events.add(new Event(Math.max(now, time), scheduled++, action));
    }

    long now() {
        return now;
    }

    /** Takes one of the requests whose time has come, whichever; null if none has. */
    <R> @Nullable R takeAnyDue(List<R> requests, ToLongFunction<R> due) {
        if (requests.isEmpty()) {
            return null;
        }
        int first = random.nextInt(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            int index = (first + i) % requests.size();
            if (due.applyAsLong(requests.get(index)) <= now()) {
                return requests.remove(index);
            }
        }
        return null;
    }

    long upTo(long longestNs) {
        return longestNs <= 0 ? 0 : random.nextLong(longestNs + 1);
    }

    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** A rule was broken. */
    AssertionError violation(String what) {
        trace(() -> "VIOLATION: " + what);
        return new AssertionError(what);
    }
}
