// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.app.program.Program;
import dev.penstock.app.program.ProgramTerms;
import dev.penstock.app.program.ReceiverPart;
import dev.penstock.app.program.RoleContext;
import dev.penstock.app.program.SenderPart;
import dev.penstock.app.raw.CopyModel;
import dev.penstock.app.raw.RawWork;
import dev.penstock.app.run.ByteSize;
import dev.penstock.app.run.RunSettings;
import dev.penstock.app.run.SizeDefaults;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.engine.hash.CacheKeySpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The KV of a token sequence is gathered from the sender's paged cache, kept in the receiver's store, found there by its
 * tokens, and scattered into the receiver's paged cache; or, where the receiver waits for it, scattered as it arrives.
 *
 * @param flags its own, as a person asked for it
 */
public record CacheEngineProgram(EngineFlags flags) implements Program {
    private static final int CHUNKS = 10;
    private static final long BUFFER_BYTES = 1L << 30;
    /** Of the memory that is free, both caches together take twice this share at most where they are the program's choice. */
    private static final int CACHE_SHARE = 10;

    @Override
    public String name() {
        return "cache-engine";
    }

    @Override
    public String objectsFlag() {
        return "--num-chunks";
    }

    @Override
    public SizeDefaults sizeDefaults() {
        return new SizeDefaults(CHUNKS, BUFFER_BYTES, false);
    }

    @Override
    public CopyModel copyModel() {
        if (flags.awaiting()) {
            return new CopyModel(List.of(RawWork.GATHER), List.of(RawWork.SCATTER), List.of(), false);
        }
        // The receiver keeps what arrives where it arrives: until it is retrieved nobody copies it.
        return new CopyModel(List.of(RawWork.GATHER), List.of(), List.of(RawWork.SCATTER), false);
    }

    @Override
    public long senderBytes(Sizes sizes) {
        EngineSizes own = new EngineSizes(sizes, flags);
        return own.cacheBytes(1) + own.scratchBytes();
    }

    @Override
    public long receiverBytes(Sizes sizes) {
        EngineSizes own = new EngineSizes(sizes, flags);
        return own.cacheBytes(1) + own.storeBytes(1);
    }

    @Override
    public Program fitted(RunSettings settings, long freeBytes, Consumer<String> notes) {
        int workers = settings.senders();
        if (flags.tiers().isPresent() && !settings.digest()) {
            throw new IllegalArgumentException(
                    "--tiers needs --digest on: what comes back from a lower tier is checked against its digest");
        }
        if (flags.worker() >= workers) {
            throw new IllegalArgumentException("--worker-id " + flags.worker()
                    + " is not below the number of senders, which is " + workers + ": see --num-expected-senders");
        }
        new CacheKeySpace(
                flags.model(),
                workers,
                flags.worker(),
                settings.sizes().dtype(),
                flags.hash().algorithm());
        EngineSizes own = new EngineSizes(settings.sizes(), flags);
        int blocks = flags.blocks().orElseGet(() -> own.blocksWithin(freeBytes / CACHE_SHARE / workers));
        EngineFlags chosen = flags.withBlocks(blocks);
        EngineSizes fitted = new EngineSizes(settings.sizes(), chosen);
        fitted.layout(workers);
        if (flags.blocks().isEmpty()) {
            String instead = blocks < EngineSizes.REFERENCE_BLOCKS
                    ? ", not " + EngineSizes.REFERENCE_BLOCKS + ", to fit this host (--num-blocks asks for more)"
                    : "";
            notes.accept("paged caches for each sender, on either side: " + blocks + " blocks of " + flags.blockTokens()
                    + " tokens" + instead + ", " + ByteSize.format(fitted.cacheBytes(1)) + " each");
        }
        return new CacheEngineProgram(chosen);
    }

    @Override
    public ProgramTerms terms(RunSettings settings) {
        EngineSizes own = new EngineSizes(settings.sizes(), flags);
        String order = flags.layerwise() ? "layer by layer" : flags.layoutName();
        return new ProgramTerms(
                " of " + settings.senders() + (settings.senders() == 1 ? " worker" : " workers"),
                flags.model(),
                settings.sizes().shape() + " " + order,
                own.chunkTokens(),
                flags.hash().description());
    }

    @Override
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("--block-size", Integer.toString(flags.blockTokens())));
        flags.blocks().ifPresent(blocks -> arguments.addAll(List.of("--num-blocks", Integer.toString(blocks))));
        arguments.addAll(List.of("--model", flags.model()));
        arguments.addAll(List.of("--hash", flags.hash().algorithm().label()));
        arguments.addAll(List.of("--hash-seed", flags.hash().seed()));
        arguments.addAll(List.of("--chunk-layout", flags.layoutName()));
        arguments.addAll(List.of("--eviction", flags.eviction()));
        flags.salt().variable().ifPresent(variable -> arguments.addAll(List.of("--tenant-salt-env", variable)));
        flags.tiers().ifPresent(tiers -> arguments.addAll(List.of("--tiers", tiers.toString())));
        if (flags.layerwise()) {
            arguments.add("--layerwise");
        }
        if (flags.forward()) {
            arguments.addAll(
                    List.of("--simulate-forward", flags.forwardPerLayer().toMillis() + "ms"));
        }
        if (flags.awaiting()) {
            arguments.add("--await");
        }
        return arguments;
    }

    @Override
    public List<String> senderArguments(int index) {
        return List.of("--worker-id", Integer.toString(index));
    }

    @Override
    public Map<String, Object> parameters() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        flags.blocks().ifPresent(blocks -> parameters.put("blocks", blocks));
        parameters.put("block_tokens", flags.blockTokens());
        parameters.put("model", flags.model());
        parameters.put("hash", flags.hash().description());
        parameters.put("layerwise", flags.layerwise());
        parameters.put("forward_millis_per_layer", flags.forwardPerLayer().toMillis());
        parameters.put("await", flags.awaiting());
        parameters.put("chunk_layout", flags.layoutName());
        parameters.put("eviction", flags.eviction());
        flags.tiers().ifPresent(tiers -> parameters.put("tiers", tiers.toString()));
        return parameters;
    }

    @Override
    public SenderPart sender(RoleContext context) {
        return new StoringSender(context, flags);
    }

    @Override
    public ReceiverPart receiver(RoleContext context) {
        return new RetrievingReceiver(context, flags);
    }
}
