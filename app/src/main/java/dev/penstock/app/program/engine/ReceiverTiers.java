// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.adapter.disk.DiskObjectFiles;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.report.TierResult;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.pipe.PipePorts;
import dev.penstock.domain.store.EvictionPolicies;
import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.tier.FileTier;
import dev.penstock.domain.tier.StoreTier;
import dev.penstock.domain.tier.TieredStore;
import dev.penstock.ports.Metric;
import dev.penstock.ports.Telemetry;
import dev.penstock.ports.memory.Region;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The tiers below the receiver's store, opened, and what they did. */
final class ReceiverTiers {
    /** Files that are worked on at a time: as many as keep a local disk busy, which takes a few requests of a MiB. */
    private static final int DISK_THREADS = 4;

    private final RoleContext context;
    private final TierSizes sizes;
    private final StoreTier upper;
    private final StoreTier host;
    private final TieredStore store;

    private ReceiverTiers(RoleContext context, TierSizes sizes, StoreTier upper, StoreTier host, TieredStore store) {
        this.context = context;
        this.sizes = sizes;
        this.upper = upper;
        this.host = host;
        this.store = store;
    }

    /**
     * Takes host memory and opens the folder. On the loop's thread.
     *
     * @param upper the tier that chunks arrive in
     * @throws dev.penstock.ports.KvTransferException if there is no such memory, or the folder can't be used; both say what to do
     */
    static ReceiverTiers open(RoleContext context, EngineFlags flags, TierSizes sizes, StoreTier upper) {
        PipePorts ports = context.node().ports();
        long pageBytes = context.sizes().slotBytes();
        Region region = ports.memory()
                .adopt(ports.transport().hostRegions().allocate(sizes.hostBytes() / pageBytes * pageBytes));
        PagePool pool = new PagePool(region, pageBytes);
        StoreTier host =
                new StoreTier(new ObjectStore(pool, EvictionPolicies.parse(flags.eviction()), Telemetry.NONE), pool);
        Optional<FileTier> files = sizes.disk().map(disk -> {
            DiskObjectFiles opened = DiskObjectFiles.open(disk.folder(), DISK_THREADS, ports.memory());
            // Its threads use memory that the node's end gives back.
            context.node().closeFirst(opened::close);
            return new FileTier(
                    opened,
                    disk.bytes(),
                    EvictionPolicies.parse(flags.eviction()),
                    System::nanoTime,
                    ports.telemetry());
        });
        TieredStore store = new TieredStore(upper, host, files, ports.memory(), System::nanoTime, ports.telemetry());
        return new ReceiverTiers(context, sizes, upper, host, store);
    }

    TieredStore store() {
        return store;
    }

    /** Removes what an earlier run has left in the folder: each run begins with an empty store. */
    void clear() {
        int left = context.node().call("empty the store", store::clear);
        if (left > 0) {
            context.output().note("removed " + left + " chunks that an earlier run has left");
        }
    }

    /** Whether what was stored in a round outlives the process: in the last one, unless plain copies overwrite it afterwards. */
    boolean keeps(int round) {
        boolean isLast = round == context.settings().allRounds() - 1;
        boolean isOverwritten = round == 0 && context.settings().raw();
        return sizes.disk().isPresent() && isLast && !isOverwritten;
    }

    /**
     * Ends in order: what is in memory alone is written to files, as far as {@code --timeout} allows.
     *
     * @return what the tiers did until then, beside what plain copies between their memories reach now; those overwrite what is in
     *     the memories, and nothing else may go on any more
     */
    TierResult end() {
        Map<Metric, Long> counts = context.node().counters().snapshot();
        if (sizes.disk().isPresent()) {
            flush(sizes.disk().get());
        }
        PlainTierCopy copy = new PlainTierCopy(context.node().ports().memory(), upper.pool(), host.pool());
        return context.node()
                .call(
                        "measure plain copies between the tiers",
                        () -> TierResult.of(sizes.toString(), counts, copy.down(), copy.up()));
    }

    private void flush(TierSizes.Disk disk) {
        CompletableFuture<Integer> flushed = new CompletableFuture<>();
        context.node().call("write what is in memory to files", () -> {
            store.flush(context.settings().timeout().toNanos(), flushed::complete);
            return true;
        });
        int left = context.patience().await(flushed, () -> {});
        if (left > 0) {
            context.output()
                    .note(left + " chunks end with this process: --timeout was over, or " + disk.folder()
                            + " has no room for them");
        }
    }
}
