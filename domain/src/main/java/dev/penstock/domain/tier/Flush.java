// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.StoredObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to have in files what is in memory alone: of all that is in memory the hottest that the tier has room for, these
 * from the hottest on. Files of anything else make room for them as usual, also of what is in memory and colder.
 */
final class Flush {
    private final ObjectStore upper;
    private final ObjectStore host;
    private final FileTier files;
    private final WriteBack toHost;
    private final WriteBack toFiles;
    private final Consumer<String> reguard;
    private final Function<List<String>, Hold> holder;
    private final long deadlineNanos;
    private final IntConsumer listener;
    private @Nullable Hold hold;

    /**
     * Nothing is begun.
     *
     * @param reguard to be called when it has changed whether an object may be evicted
     * @param holder holds keys
     * @param deadlineNanos when it ends at the latest
     * @param listener told how many objects of those in memory are in no file when it ends
     */
    Flush(
            ObjectStore upper,
            ObjectStore host,
            FileTier files,
            WriteBack toHost,
            WriteBack toFiles,
            Consumer<String> reguard,
            Function<List<String>, Hold> holder,
            long deadlineNanos,
            IntConsumer listener) {
        this.upper = upper;
        this.host = host;
        this.files = files;
        this.toHost = toHost;
        this.toFiles = toFiles;
        this.reguard = reguard;
        this.holder = holder;
        this.deadlineNanos = deadlineNanos;
        this.listener = listener;
    }

    /** Begins. */
    void begin() {
        Map<String, StoredObject> saved = hottest();
        hold = holder.apply(List.copyOf(saved.keySet()));
        reguardAll();
        // What is hot now is to be hot when the files are found again, where the newest one is the hottest.
        List<StoredObject> coldestFirst = new ArrayList<>(saved.values());
        Collections.reverse(coldestFirst);
        files.reserve(coldestFirst);
        List<StoredObject> inHost = new ArrayList<>();
        List<StoredObject> above = new ArrayList<>();
        for (String key : saved.keySet()) {
            StoredObject copy = host.find(key);
            StoredObject original = upper.find(key);
            if (copy != null) {
                inHost.add(copy);
            } else if (original != null) {
                above.add(original);
            }
        }
        Comparator<StoredObject> hottestFirst = rank(saved.keySet());
        toHost.drain(above, hottestFirst, any -> true);
        toFiles.drain(inHost, hottestFirst, object -> !toHost.bringsBefore(object, hottestFirst));
    }

    /**
     * What is in memory by key, from the hottest on, as far as the tier has room for it. What is in the upper tier is hotter than
     * what is not: who gets it brings it there.
     */
    private Map<String, StoredObject> hottest() {
        Map<String, StoredObject> hottest = new LinkedHashMap<>();
        long room = files.capacityBytes();
        for (ObjectStore store : List.of(upper, host)) {
            List<StoredObject> all = store.coldest(Integer.MAX_VALUE, any -> true);
            Collections.reverse(all);
            for (StoredObject object : all) {
                object.forgetRefusal();
                if (object.lengthBytes() <= room && hottest.putIfAbsent(object.key(), object) == null) {
                    room -= object.lengthBytes();
                }
            }
        }
        return hottest;
    }

    /** By the order of their keys; what came only now is the coldest. */
    private static Comparator<StoredObject> rank(Iterable<String> keys) {
        Map<String, Integer> ranks = new HashMap<>();
        keys.forEach(key -> ranks.put(key, ranks.size()));
        return Comparator.comparingInt(object -> ranks.getOrDefault(object.key(), Integer.MAX_VALUE));
    }

    private void reguardAll() {
        Set<String> keys = new HashSet<>();
        upper.objects().forEach(object -> keys.add(object.key()));
        host.objects().forEach(object -> keys.add(object.key()));
        keys.forEach(reguard);
    }

    /** A copy of a key's object was made, or not: what is not in a file yet goes on from where it is. */
    void settled(String key) {
        if (files.find(key) != null) {
            return;
        }
        StoredObject inHost = host.find(key);
        StoredObject above = upper.find(key);
        if (inHost != null) {
            toFiles.drainToo(inHost);
        } else if (above != null) {
            toHost.drainToo(above);
        }
    }

    boolean isOver(long nowNanos) {
        return deadlineNanos - nowNanos <= 0 || (toHost.isDrained() && toFiles.isDrained());
    }

    /** Ends. Writes that are under way go on. */
    void end() {
        toHost.endDrain();
        toFiles.endDrain();
        files.reserve(List.of());
        if (hold != null) {
            hold.run();
        }
        reguardAll();
        listener.accept(unwritten());
    }

    private int unwritten() {
        Set<String> unwritten = new HashSet<>();
        for (ObjectStore store : List.of(upper, host)) {
            for (StoredObject object : store.objects()) {
                if (files.find(object.key()) == null) {
                    unwritten.add(object.key());
                }
            }
        }
        return unwritten.size();
    }
}
