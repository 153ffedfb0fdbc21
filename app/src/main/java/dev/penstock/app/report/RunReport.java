// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import dev.penstock.app.raw.CopyModel;
import dev.penstock.app.raw.RawRate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run found out: of one role where each runs by itself, of all of them where one command ran them.
 *
 * @param program the program
 * @param parameters what it was run with, by name
 * @param roles what each process found out, the senders first
 * @param model what can't be avoided
 */
public record RunReport(String program, Map<String, Object> parameters, List<RoleReport> roles, CopyModel model) {
    /**
     * One row of the result: a figure of one role over all rounds that count.
     *
     * @param title what it is
     * @param figure which figure
     * @param role whose
     * @param seconds statistics of the times
     * @param gibPerSecond statistics of the throughput
     */
    public record Row(String title, Figure figure, RoleReport role, Statistics seconds, Statistics gibPerSecond) {}

    /** Copies the list. */
    public RunReport {
        roles = List.copyOf(roles);
    }

    /** All figures of all roles. */
    public List<Row> rows() {
        boolean several = senders().size() > 1;
        List<Row> rows = new ArrayList<>();
        for (RoleReport role : roles) {
            for (Map.Entry<Figure, List<RoundResult>> entry : byFigure(role).entrySet()) {
                Figure figure = entry.getKey();
                List<RoundResult> rounds = entry.getValue();
                boolean named = several && role.role() == Role.SENDER;
                rows.add(new Row(
                        figure.title() + (named ? " (" + role.node() + ")" : ""),
                        figure,
                        role,
                        Statistics.of(
                                rounds.stream().map(r -> r.seconds(figure)).toList()),
                        Statistics.of(
                                rounds.stream().map(r -> r.gibPerSecond(figure)).toList())));
            }
        }
        return rows;
    }

    private static Map<Figure, List<RoundResult>> byFigure(RoleReport role) {
        Map<Figure, List<RoundResult>> byFigure = new EnumMap<>(Figure.class);
        for (RoundResult round : role.rounds()) {
            for (Figure figure : round.nanos().keySet()) {
                byFigure.computeIfAbsent(figure, f -> new ArrayList<>()).add(round);
            }
        }
        return byFigure;
    }

    private List<RoleReport> senders() {
        return roles.stream().filter(role -> role.role() == Role.SENDER).toList();
    }

    /** What checked the objects, if its process is part of this report. */
    public Optional<RoleReport> receiver() {
        return roles.stream().filter(role -> role.role() == Role.RECEIVER).findFirst();
    }

    /** What the memory allows; empty if it was not measured, or not on both sides. */
    public Optional<CopyModel.Ceiling> ceiling() {
        return receiver().flatMap(receiver -> model.ceiling(senderRates(), receiver.rawRates()));
    }

    /** What memory and digests allow; empty without digests, or if it was not measured. */
    public Optional<CopyModel.Ceiling> digestCeiling() {
        return receiver().flatMap(receiver -> model.digestCeiling(senderRates(), receiver.rawRates()));
    }

    private List<List<RawRate>> senderRates() {
        return senders().stream().map(RoleReport::rawRates).toList();
    }

    /**
     * How many GiB the receiver came to own per second, from all senders together: what the ceiling is to be compared with.
     * A single sender knows best when that began; of several no one does, but the receiver.
     */
    public double deliveredGibPerSecond() {
        return gibPerSecond(senders().size() == 1 ? Figure.DELIVERED : Figure.RECEIVER);
    }

    /** What the memory allows a retrieval; empty if there was none, or it was not measured. */
    public Optional<CopyModel.Ceiling> retrievalCeiling() {
        return receiver().flatMap(receiver -> model.retrievalCeiling(receiver.rawRates()));
    }

    /** How many GiB the receiver brought into its paged cache per second. */
    public double retrievedGibPerSecond() {
        return gibPerSecond(Figure.RETRIEVED);
    }

    private double gibPerSecond(Figure figure) {
        double sum = 0;
        for (Row row : rows()) {
            if (row.figure() == figure) {
                sum += row.gibPerSecond().mean();
            }
        }
        return sum;
    }

    /** For JSON. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("program", program);
        map.put("parameters", parameters);
        map.put("environment", Environment.describe());
        map.put("results", rows().stream().map(RunReport::rowMap).toList());
        ceiling()
                .ifPresent(
                        ceiling -> map.put("ceiling", ceilingMap(ceiling, "delivered_share", deliveredGibPerSecond())));
        digestCeiling()
                .ifPresent(ceiling ->
                        map.put("digest_ceiling", ceilingMap(ceiling, "delivered_share", deliveredGibPerSecond())));
        retrievalCeiling()
                .ifPresent(ceiling ->
                        map.put("retrieval_ceiling", ceilingMap(ceiling, "retrieved_share", retrievedGibPerSecond())));
        map.put("roles", roles.stream().map(RoleReport::toMap).toList());
        return map;
    }

    private static Map<String, Object> ceilingMap(CopyModel.Ceiling ceiling, String share, double gibPerSecond) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("gib_per_second", ceiling.gibPerSecond());
        map.put("arithmetic", ceiling.arithmetic());
        map.put(share, gibPerSecond / ceiling.gibPerSecond());
        return map;
    }

    private static Map<String, Object> rowMap(Row row) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("figure", row.figure().label());
        map.put("role", row.role().role().label());
        map.put("node", row.role().node());
        map.put("seconds", row.seconds().toMap());
        if (row.figure().isRate()) {
            map.put("gib_per_second", row.gibPerSecond().toMap());
        }
        return map;
    }
}
