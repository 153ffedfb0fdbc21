// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.report.Figure;
import dev.penstock.app.report.RoundResult;
import dev.penstock.app.run.RunSettings;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Rounds at the receiver: own everything, check everything, let the senders go on. */
final class ReceiverRound {
    private final ReceiverPart part;
    private final ReceiverGates gates;
    private final Patience patience;
    private final RunSettings settings;
    private long verifiedObjects;

    ReceiverRound(ReceiverPart part, ReceiverGates gates, Patience patience, RunSettings settings) {
        this.part = part;
        this.gates = gates;
        this.patience = patience;
        this.settings = settings;
    }

    /** Takes and checks a round. The senders wait afterwards, unless something was found wrong: that they are told. */
    RoundResult take(int round) {
        GateKey gate = GateKey.round(round);
        try {
            BooleanSupplier sendersDone = () -> gates.waiting(gate) == settings.senders();
            Map<Figure, Long> times = part.receive(round, sendersDone);
            patience.until(sendersDone, () -> {});
            verifiedObjects += part.verify(round);
            return new RoundResult(settings.label(round), roundBytes(), times);
        } catch (RuntimeException e) {
            // Of anything else, such as an interruption, the senders learn when their sessions end, and why.
            if (ExitCode.of(e) == ExitCode.VERIFICATION_FAILED) {
                gates.open(gate, false);
            }
            throw e;
        }
    }

    /** Lets the senders go on after a round. */
    void release(int round) {
        if (round + 1 < settings.allRounds()) {
            part.prepare(round + 1);
        }
        gates.open(GateKey.round(round), true);
    }

    long roundBytes() {
        return settings.senders() * settings.sizes().roundBytes();
    }

    long verifiedObjects() {
        return verifiedObjects;
    }
}
