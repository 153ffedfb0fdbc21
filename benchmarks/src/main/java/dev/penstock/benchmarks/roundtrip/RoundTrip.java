// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks.roundtrip;

import dev.penstock.app.loop.EventLoop;
import dev.penstock.app.loop.IdleStrategy;
import dev.penstock.app.report.Environment;
import dev.penstock.app.report.JsonFile;
import dev.penstock.benchmarks.NixlBinding;
import dev.penstock.transport.nixl.library.NixlLookup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures how long a notification takes to another process and back: over NIXL, with the loop and the idle strategies that
 * nodes have. Once message upon message, and once with pauses in which both sides have become idle: a strategy costs time only
 * then.
 */
@Command(
        name = "round-trip",
        mixinStandardHelpOptions = true,
        description = "Measures the round trip of a notification between two processes over NIXL.")
public final class RoundTrip implements Callable<Integer> {
    /** What every transport takes. */
    static final int MAX_MESSAGE_BYTES = 16 << 10;

    private static final int SEQUENCE_BYTES = Long.BYTES;
    private static final Duration CALL_DEADLINE = Duration.ofSeconds(30);
    private static final Duration PHASE_DEADLINE = Duration.ofMinutes(5);
    /** Long enough for a loop that parks to do so: it has spun and yielded for a fraction of this. */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private final String[] arguments;

    @Option(names = "--binding", required = true, description = "How NIXL is called: ${COMPLETION-CANDIDATES}.")
    NixlBinding binding = NixlBinding.FFM;

    @Option(
            names = "--idle",
            defaultValue = "SPIN",
            description = "What both loops do without work: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    IdleStrategy idle = IdleStrategy.SPIN;

    @Option(
            names = "--messages",
            defaultValue = "200000",
            description = "Round trips without pauses (default: ${DEFAULT-VALUE}); a tenth more for warming up.")
    int messages;

    @Option(
            names = "--paused-messages",
            defaultValue = "5000",
            description = "Round trips with pauses of 2 ms between them (default: ${DEFAULT-VALUE}).")
    int pausedMessages;

    @Option(names = "--bytes", defaultValue = "64", description = "A message's size (default: ${DEFAULT-VALUE}).")
    int messageBytes;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result there.")
    @Nullable
    Path json;

    private RoundTrip(String[] arguments) {
        this.arguments = arguments.clone();
    }

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RoundTrip(arguments))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (messages < 1 || pausedMessages < 1 || messageBytes < SEQUENCE_BYTES || messageBytes > MAX_MESSAGE_BYTES) {
            System.err.println(
                    "at least one message of each, of " + SEQUENCE_BYTES + " to " + MAX_MESSAGE_BYTES + " bytes");
            return CommandLine.ExitCode.USAGE;
        }
        List<Phase> phases = measure();
        for (Phase phase : phases) {
            System.out.printf(
                    Locale.ROOT,
                    "%s %-5s %-12s p50 %.1f us, p99 %.1f us, p99.9 %.1f us, %.2f cores%n",
                    binding,
                    idle,
                    phase.name(),
                    phase.atPercentileUs(50),
                    phase.atPercentileUs(99),
                    phase.atPercentileUs(99.9),
                    phase.busyCores());
        }
        if (json != null) {
            JsonFile.write(json, report(phases));
        }
        return CommandLine.ExitCode.OK;
    }

    private List<Phase> measure() throws IOException, InterruptedException, ExecutionException, TimeoutException {
        AtomicReference<PingDuty> opened = new AtomicReference<>();
        try (EchoProcess echo = new EchoProcess(binding, idle);
                EventLoop loop = EventLoop.start("ping", idle, () -> {
                    PingDuty duty = new PingDuty(binding, messageBytes);
                    opened.set(duty);
                    return duty;
                })) {
            PingDuty ping = opened.get();
            byte[] far = echo.descriptor();
            byte[] near = loop.call("connect", CALL_DEADLINE, () -> {
                ping.wire().connect(far);
                return ping.wire().descriptor();
            });
            echo.connect(near);
            run(loop, ping, Math.max(1, messages / 10), 0);
            List<Phase> phases = new ArrayList<>();
            phases.add(phase("back to back", loop, ping, echo, messages, 0));
            phases.add(phase("after pauses", loop, ping, echo, pausedMessages, PAUSE_NS));
            return phases;
        }
    }

    private static Phase phase(String name, EventLoop loop, PingDuty ping, EchoProcess echo, int count, long pauseNs)
            throws InterruptedException, ExecutionException, TimeoutException {
        Duration cpuBefore = cpuTime(echo);
        long beginNs = System.nanoTime();
        Histogram roundTripsNs = run(loop, ping, count, pauseNs);
        long tookNs = System.nanoTime() - beginNs;
        return new Phase(
                name,
                pauseNs,
                roundTripsNs,
                (double) cpuTime(echo).minus(cpuBefore).toNanos() / tookNs);
    }

    private static Duration cpuTime(EchoProcess echo) {
        return echo.cpuTime()
                .plus(ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO));
    }

    private static Histogram run(EventLoop loop, PingDuty ping, int count, long pauseNs)
            throws InterruptedException, ExecutionException, TimeoutException {
        return loop.call("begin", CALL_DEADLINE, () -> ping.begin(count, pauseNs))
                .toCompletableFuture()
                .get(PHASE_DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    private Map<String, Object> report(List<Phase> phases) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("what", "round trip of a notification between two processes");
        map.put("command", RoundTrip.class.getName() + " " + String.join(" ", arguments));
        map.put("environment", Environment.describe());
        map.put("nixl", NixlLookup.here().require().version().orElse("unknown"));
        map.put("binding", binding.name().toLowerCase(Locale.ROOT));
        map.put("idle", idle.name().toLowerCase(Locale.ROOT));
        map.put("messageBytes", messageBytes);
        map.put("phases", phases.stream().map(Phase::toJson).toList());
        return map;
    }
}
