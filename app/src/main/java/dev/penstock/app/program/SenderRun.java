// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.console.RunOutput;
import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.graph.NodeSettings;
import dev.penstock.app.node.RunningNode;
import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.raw.RawRate;
import dev.penstock.app.report.LinkResult;
import dev.penstock.app.report.Role;
import dev.penstock.app.report.RoleReport;
import dev.penstock.app.report.RoundResult;
import dev.penstock.app.report.Traffic;
import dev.penstock.app.run.RunSettings;
import dev.penstock.domain.session.Ring;
import dev.penstock.domain.session.Session;
import dev.penstock.domain.session.SessionPlan;
import dev.penstock.ports.Metric;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.control.SessionTerms;
import dev.penstock.ports.transport.KvTransportProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One sender's run: finds the receiver, sends round after round, and leaves. */
public final class SenderRun {
    private static final Duration PARTING = Duration.ofSeconds(10);
    /** A loop that is starting what it needs for a session looks at the session's deadline late. */
    private static final Duration SLOW_LOOP = Duration.ofSeconds(10);

    private final Program program;
    private final RunSettings settings;
    private final KvTransportProvider transport;
    private final RunOutput output;
    private final Interruption interruption;

    /** A run of a program. */
    public SenderRun(
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
     * @param receiver where the receiver is, once that is known
     * @throws dev.penstock.ports.KvTransferException if something fails; the receiver was told, if it could be
     * @throws RunFailure if the receiver found something wrong, or the run was interrupted
     */
    public RoleReport run(NodeId id, CompletableFuture<ControlAddress> receiver) {
        RunTimeline timeline = new RunTimeline(settings, id);
        NodeSettings nodeSettings =
                new NodeSettings(id, SessionSettings.config(settings), settings.device(), timeline.parts());
        RoleReport report = run(id, nodeSettings, receiver, timeline);
        timeline.write();
        return report;
    }

    private RoleReport run(
            NodeId id, NodeSettings nodeSettings, CompletableFuture<ControlAddress> receiver, RunTimeline timeline) {
        try (RunningNode node = RunningNode.start(transport, nodeSettings, settings.idle())) {
            interruption.onRequest(() -> node.leave("interrupted"));
            try {
                return run(id, node, receiver, timeline);
            } catch (RuntimeException e) {
                node.leave(interruption.isRequested() ? "interrupted" : String.valueOf(e.getMessage()));
                interruption.check();
                throw e;
            }
        }
    }

    private RoleReport run(
            NodeId id, RunningNode node, CompletableFuture<ControlAddress> receiver, RunTimeline timeline) {
        Patience patience = new Patience(node.loop(), interruption, settings.longestWait());
        RoleContext context = new RoleContext(id, node, settings, output, interruption, patience);
        SenderPart part = program.sender(context);
        part.allocate();
        SessionWatch watch = new SessionWatch("receiver", null);
        ControlAddress address = patience.await(receiver, settings.timeout(), "nobody said where the receiver is");
        Session session = connect(node, address, watch, patience);
        patience.watch(watch::requireAlive);
        LinkResult link = LinkMeasure.atLeast(settings.minLinkGibps(), context, session);
        part.opened(session);
        SenderGates gates = new SenderGates(node, session, patience);

        round(part, gates, timeline, 0);
        List<RawRate> raw = settings.raw() ? measureRaw(context, part.rawCopy(), gates, session) : List.of();
        for (int round = 1; round < settings.warmUps(); round++) {
            round(part, gates, timeline, round);
        }
        Map<Metric, Long> before = node.counters().snapshot();
        List<RoundResult> rounds = new ArrayList<>();
        for (int round = settings.warmUps(); round < settings.allRounds(); round++) {
            RoundResult result = round(part, gates, timeline, round);
            output.round(result);
            rounds.add(result);
        }
        long payload = settings.sizes().roundBytes() * settings.rounds();
        Traffic traffic = Traffic.between(payload, before, node.counters().snapshot());

        patience.watch(() -> {});
        node.loop().execute(session::close);
        // However the session ends now, its work is done: the receiver may be gone before its goodbye is read.
        patience.await(watch.over(), PARTING, "the receiver did not say goodbye");
        RoleReport report = new RoleReport(Role.SENDER, id.value(), rounds, 0, 0, traffic, raw, Optional.of(link));
        output.finished(report);
        return report;
    }

    private Session connect(RunningNode node, ControlAddress address, SessionWatch watch, Patience patience) {
        SessionTerms terms = SessionSettings.terms(program, settings, transport.protocol());
        long bufferBytes = settings.sizes().bufferBytes();
        SessionPlan plan = new SessionPlan(
                terms,
                Optional.empty(),
                pageBytes -> Ring.allocate(
                        node.ports().memory(),
                        node.ports().transport(),
                        Math.max(1, bufferBytes / pageBytes) * pageBytes),
                watch);
        node.call("connect to the receiver", () -> node.node().connect(address, plan));
        // The session gives up by itself, and knows why.
        return patience.await(
                watch.opened(), settings.timeout().plus(SLOW_LOOP), "the session neither opened nor failed");
    }

    private RoundResult round(SenderPart part, SenderGates gates, RunTimeline timeline, int round) {
        part.prepare(round);
        timeline.roundBegins(round);
        RoundResult result =
                new RoundResult(settings.label(round), settings.sizes().roundBytes(), part.run(round));
        timeline.roundEnds(round);
        if (!gates.pass(GateKey.round(round))) {
            throw new RunFailure(
                    ExitCode.VERIFICATION_FAILED,
                    "the receiver found something wrong in round " + round + ": see there");
        }
        return result;
    }

    private List<RawRate> measureRaw(RoleContext context, RawCopy copy, SenderGates gates, Session session) {
        return new RawPhase(
                        context.node(),
                        copy,
                        RawCopy.Direction.IN,
                        program.copyModel().withDigests(settings.digestsApart()).allOfSender())
                .measureAsSender(gates, () -> LinkMeasure.of(context, session).gibPerSecond());
    }
}
