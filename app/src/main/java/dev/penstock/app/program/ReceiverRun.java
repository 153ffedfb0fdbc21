// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.console.RunOutput;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.graph.NodeSettings;
import dev.penstock.app.node.RunningNode;
import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.raw.RawRate;
import dev.penstock.app.report.Role;
import dev.penstock.app.report.RoleReport;
import dev.penstock.app.report.RoundResult;
import dev.penstock.app.report.Traffic;
import dev.penstock.app.run.RunSettings;
import dev.penstock.ports.Metric;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.transport.KvTransportProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The receiver's run: waits for its senders, takes and checks round after round, and ends when they have left. */
public final class ReceiverRun {
    private static final Duration PARTING = Duration.ofSeconds(10);

    private final Program program;
    private final RunSettings settings;
    private final KvTransportProvider transport;
    private final RunOutput output;
    private final Interruption interruption;

    /** A run of a program. */
    public ReceiverRun(
            Program program,
            RunSettings settings,
            KvTransportProvider transport,
            RunOutput output,
            Interruption interruption) {
        this.program = program;
        this.settings = settings;
        this.transport = transport;
        this.output = output;
        this.interruption = interruption;
    }

    /**
     * Runs. Blocks until all is over and this process holds nothing any more.
     *
     * @throws dev.penstock.ports.KvTransferException if something fails; the senders were told, if they could be
     * @throws RunFailure if something that arrived is wrong, or the run was interrupted
     */
    public RoleReport run(NodeId id) {
        RunTimeline timeline = new RunTimeline(settings, id);
        NodeSettings nodeSettings =
                new NodeSettings(id, SessionSettings.config(settings), settings.device(), timeline.parts());
        RoleReport report = run(id, nodeSettings, timeline);
        timeline.write();
        return report;
    }

    private RoleReport run(NodeId id, NodeSettings nodeSettings, RunTimeline timeline) {
        try (RunningNode node = RunningNode.start(transport, nodeSettings, settings.idle())) {
            interruption.onRequest(() -> node.leave("interrupted"));
            try {
                return run(id, node, timeline);
            } catch (RuntimeException e) {
                node.leave(interruption.isRequested() ? "interrupted" : String.valueOf(e.getMessage()));
                interruption.check();
                throw e;
            }
        }
    }

    private RoleReport run(NodeId id, RunningNode node, RunTimeline timeline) {
        Patience patience = new Patience(node.loop(), interruption, settings.longestWait());
        RoleContext context = new RoleContext(id, node, settings, output, interruption, patience);
        ReceiverPart part = program.receiver(context);
        part.allocate();
        part.prepare(0);
        ReceiverGates gates = new ReceiverGates(node);
        SenderSessions sessions = new SenderSessions(
                SessionSettings.terms(program, settings, transport.protocol()),
                settings.senders(),
                part,
                gates,
                output);
        ControlAddress address = node.call("listen", () -> node.node().listen(settings.address(), sessions));
        output.listening(address.host(), address.port());
        sessions.awaitAll(patience, settings.timeout());
        patience.watch(sessions::requireAlive);

        ReceiverRound rounds = new ReceiverRound(part, gates, patience, settings);
        rounds.take(0);
        rounds.release(0);
        List<RawRate> raw = settings.raw() ? measureRaw(node, part.rawCopy(), gates, patience) : List.of();
        for (int round = 1; round < settings.warmUps(); round++) {
            rounds.take(round);
            rounds.release(round);
        }
        Map<Metric, Long> before = node.counters().snapshot();
        List<RoundResult> results = new ArrayList<>();
        for (int round = settings.warmUps(); round < settings.allRounds(); round++) {
            timeline.roundBegins(round);
            RoundResult result = rounds.take(round);
            timeline.roundEnds(round);
            rounds.release(round);
            output.round(result);
            results.add(result);
        }
        Traffic traffic = Traffic.between(
                rounds.roundBytes() * settings.rounds(), before, node.counters().snapshot());

        patience.watch(() -> {});
        sessions.awaitGoodbyes(patience, PARTING);
        RoleReport report = new RoleReport(
                Role.RECEIVER,
                id.value(),
                results,
                rounds.verifiedObjects(),
                rounds.verifiedObjects() * settings.sizes().objectBytes(),
                traffic,
                raw,
                Optional.empty(),
                part.tiers());
        output.finished(report);
        return report;
    }

    private List<RawRate> measureRaw(RunningNode node, RawCopy copy, ReceiverGates gates, Patience patience) {
        return new RawPhase(
                        node,
                        copy,
                        RawCopy.Direction.OUT,
                        program.copyModel().withDigests(settings.digestsApart()).allOfReceiver())
                .measureAsReceiver(gates, patience, settings.senders());
    }
}
