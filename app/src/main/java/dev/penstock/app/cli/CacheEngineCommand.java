// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.program.engine.CacheEngineProgram;
import dev.penstock.app.program.engine.EngineFlags;
import dev.penstock.app.program.engine.TenantSalt;
import dev.penstock.app.program.engine.TierSizes;
import dev.penstock.app.run.Sizing;
import dev.penstock.domain.engine.hash.HashAlgorithm;
import dev.penstock.domain.engine.hash.HashConfig;
import dev.penstock.domain.kv.KvShape;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the program {@code cache-engine}. */
@Command(
        name = "cache-engine",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        description =
                "Stores the KV of a token sequence from a paged cache at the receiver, which finds it by its tokens and"
                        + " retrieves it into a paged cache of its own. Timed are store and retrieve.")
final class CacheEngineCommand implements Callable<Integer> {
    private static final int SHAPE_RANK = 4;

    private final ProgramRunner runner;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Option(names = "--num-chunks", paramLabel = "N", description = "Chunks of a round (default: 10).")
    @Nullable
    Integer chunks;

    @Option(names = "--num-layers", paramLabel = "N", description = "Layers of the model (default: 32).")
    @Nullable
    Integer layers;

    @Option(
            names = "--hidden",
            paramLabel = "N",
            description = "Elements of a token in one plane of a layer (default: 1024).")
    @Nullable
    Integer hidden;

    @Option(names = "--chunk-size", paramLabel = "TOKENS", description = "Tokens of a chunk (default: 256).")
    @Nullable
    Integer chunkTokens;

    @Option(
            names = "--num-blocks",
            paramLabel = "N",
            description = "Blocks of a paged cache, for each sender on either side (default: 10000, or what fits).")
    @Nullable
    Integer blocks;

    @Option(
            names = "--block-size",
            paramLabel = "TOKENS",
            defaultValue = "16",
            description = "Tokens of a block (default: ${DEFAULT-VALUE}).")
    int blockTokens = 16;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "model",
            description = "The model's name, a part of the keys (default: ${DEFAULT-VALUE}).")
    String model = "model";

    @Option(
            names = "--hash",
            paramLabel = "sha256_cbor|builtin",
            defaultValue = "sha256_cbor",
            description = "How chunks are hashed (default: ${DEFAULT-VALUE}).")
    String hash = "sha256_cbor";

    @Option(
            names = "--hash-seed",
            paramLabel = "TEXT",
            defaultValue = "0",
            description = "What the hashes begin with: LMCache's PYTHONHASHSEED (default: ${DEFAULT-VALUE}).")
    String hashSeed = "0";

    @Option(
            names = "--tenant-salt-env",
            paramLabel = "VARIABLE",
            description = {
                "The environment variable with the tenant's salt, which keeps equal tokens of two tenants apart; both sides"
                        + " need the same (default: no salt).",
                "Only its fingerprint is ever shown."
            })
    @Nullable
    String saltVariable;

    @Option(names = "--layerwise", description = "Store and retrieve each layer of a chunk by itself.")
    boolean layerwise;

    @Option(
            names = "--simulate-forward",
            paramLabel = "TIME",
            converter = TimeoutConverter.class,
            description =
                    "With --layerwise: both sides simulate a forward pass of so long a layer, such as 2ms. The sender stores"
                            + " each layer when it is computed; the receiver needs each before it computes it. Shown is"
                            + " how much of the transfer that hides. Not in warm-up rounds.")
    @Nullable
    Duration forwardPerLayer;

    @Option(
            names = "--await",
            description =
                    "The receiver begins to retrieve before the senders store: chunks go straight into its paged cache.")
    boolean awaiting;

    @Option(
            names = "--chunk-layout",
            paramLabel = "layers-first|planes-first",
            defaultValue = "layers-first",
            description = "Axis order of a chunk that is stored whole (default: ${DEFAULT-VALUE}).")
    String chunkLayout = "layers-first";

    @Option(
            names = "--eviction",
            paramLabel = "lru|lfu|fifo",
            defaultValue = "lru",
            description = "What the store evicts first when it is full (default: ${DEFAULT-VALUE}).")
    String eviction = "lru";

    @Option(
            names = "--tiers",
            paramLabel = "TIERS",
            description = {
                "The tiers of the receiver's store: device=4GiB,host=8GiB[,disk=/folder:100GiB]. Chunks arrive in the device's"
                        + " memory; what is cold there is copied to host memory, which is page-locked for a GPU, and from"
                        + " there to files in the folder, which is for one process alone. Retrieved they come back, checked.",
                "The report says what each tier did, beside a plain copy each way (default: a store that holds a round)."
            })
    @Nullable
    String tiers;

    @Option(
            names = "--worker-id",
            paramLabel = "N",
            defaultValue = "0",
            description = "Which of the expected senders this one is, from 0 on (default: ${DEFAULT-VALUE}).")
    int worker;

    CacheEngineCommand(ProgramRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() {
        CacheEngineProgram program;
        try {
            program = program();
            common.shape = shape();
        } catch (IllegalArgumentException e) {
            throw new RunFailure(ExitCode.BAD_ARGUMENTS, String.valueOf(e.getMessage()));
        }
        return runner.run(program, common, chunks).code();
    }

    private CacheEngineProgram program() {
        TenantSalt salt = saltVariable == null ? TenantSalt.NONE : TenantSalt.of(saltVariable, System::getenv);
        return new CacheEngineProgram(new EngineFlags(
                blocks == null ? OptionalInt.empty() : OptionalInt.of(blocks),
                blockTokens,
                model,
                HashConfig.of(HashAlgorithm.parse(hash), hashSeed, salt.salt()),
                salt,
                layerwise,
                forwardPerLayer == null ? Duration.ZERO : forwardPerLayer,
                awaiting,
                EngineFlags.parseLayout(chunkLayout),
                eviction,
                worker,
                Optional.ofNullable(tiers).map(TierSizes::parse)));
    }

    /** The shape that the flags say, or null if they leave it to the program. */
    private @Nullable KvShape shape() {
        KvShape given = common.shape;
        if (layers == null && hidden == null && chunkTokens == null) {
            return given;
        }
        KvShape base = given == null ? Sizing.REFERENCE_SHAPE : given;
        if (base.rank() != SHAPE_RANK) {
            throw new IllegalArgumentException("--shape is [layers,2,tokens,hidden] here, not " + base);
        }
        KvShape shape = KvShape.of(
                layers == null ? base.size(0) : layers,
                base.size(1),
                chunkTokens == null ? base.size(2) : chunkTokens,
                hidden == null ? base.size(3) : hidden);
        if (given != null && !given.equals(shape)) {
            throw new IllegalArgumentException(
                    "--shape " + given + " contradicts --num-layers, --chunk-size or --hidden, which make it " + shape);
        }
        return shape;
    }
}
