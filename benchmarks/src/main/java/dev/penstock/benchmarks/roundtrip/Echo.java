// SPDX-License-Identifier: Apache-2.0
package dev.penstock.benchmarks.roundtrip;

import dev.penstock.app.loop.EventLoop;
import dev.penstock.app.loop.IdleStrategy;
import dev.penstock.benchmarks.NixlBinding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The far process: says its descriptor, reads the other's, says {@link #READY}, and echoes until its input ends. Lines of
 * Base64 on the standard streams.
 */
public final class Echo {
    static final String READY = "ready";
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private Echo() {}

    /**
     * Runs it.
     *
     * @param arguments the {@link NixlBinding} and the {@link IdleStrategy}, by their names
     */
    public static void main(String[] arguments) throws IOException {
        NixlBinding binding = NixlBinding.valueOf(arguments[0]);
        IdleStrategy idle = IdleStrategy.valueOf(arguments[1]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        AtomicReference<EchoDuty> duty = new AtomicReference<>();
        try (EventLoop loop = EventLoop.start("echo", idle, () -> {
            EchoDuty opened = new EchoDuty(binding);
            duty.set(opened);
            return opened;
        })) {
            Wire wire = duty.get().wire();
            System.out.println(Base64.getEncoder().encodeToString(loop.call("describe", DEADLINE, wire::descriptor)));
            String descriptor = in.readLine();
            if (descriptor == null) {
                return;
            }
            loop.call("connect", DEADLINE, () -> {
                wire.connect(Base64.getDecoder().decode(descriptor));
                return READY;
            });
            System.out.println(READY);
            while (in.readLine() != null) {
                // Nothing more is said: what counts is the end.
            }
        }
    }
}
