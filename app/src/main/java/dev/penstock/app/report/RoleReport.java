// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import dev.penstock.app.raw.RawRate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one process of a run found out.
 *
 * @param role its role
 * @param node who it was
 * @param rounds the rounds that count
 * @param verifiedObjects objects of all rounds, the warm-up's among them, that it checked and found right
 * @param verifiedBytes their bytes
 * @param traffic what its memory did in the rounds that count
 * @param rawRates what it reached without a transfer; empty if that was not measured
 * @param link what its link did before the first round; empty for a receiver, which sends nothing
 * @param tiers what the tiers of its store did; empty if it has none
 */
public record RoleReport(
        Role role,
        String node,
        List<RoundResult> rounds,
        long verifiedObjects,
        long verifiedBytes,
        Traffic traffic,
        List<RawRate> rawRates,
        Optional<LinkResult> link,
        Optional<TierResult> tiers) {
    /** Copies the lists. */
    public RoleReport {
        rounds = List.copyOf(rounds);
        rawRates = List.copyOf(rawRates);
    }

    /** Of a process whose store has no tiers, or that has no store. */
    public RoleReport(
            Role role,
            String node,
            List<RoundResult> rounds,
            long verifiedObjects,
            long verifiedBytes,
            Traffic traffic,
            List<RawRate> rawRates,
            Optional<LinkResult> link) {
        this(role, node, rounds, verifiedObjects, verifiedBytes, traffic, rawRates, link, Optional.empty());
    }

    /**
     * Of the time that the transfer takes by itself, the share that a simulated forward pass hid; empty if there was none.
     */
    public OptionalDouble hiddenShare() {
        double exposed = mean(Figure.EXPOSED);
        double alone = mean(Figure.ALONE);
        return Double.isNaN(exposed) || Double.isNaN(alone)
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.max(0, 1 - exposed / alone));
    }

    private double mean(Figure figure) {
        return rounds.stream()
                .filter(round -> round.nanos().containsKey(figure))
                .mapToDouble(round -> round.seconds(figure))
                .average()
                .orElse(Double.NaN);
    }

    /** For JSON. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("role", role.label());
        map.put("node", node);
        map.put("rounds", rounds.stream().map(RoundResult::toMap).toList());
        hiddenShare().ifPresent(share -> map.put("hidden_share", share));
        map.put("verified_objects", verifiedObjects);
        map.put("verified_bytes", verifiedBytes);
        map.put("memory_traffic", traffic.toMap());
        map.put("raw", rawRates.stream().map(RawRate::toMap).toList());
        link.ifPresent(result -> map.put("link", result.toMap()));
        tiers.ifPresent(result -> map.put("tiers", result.toMap()));
        return map;
    }

    /**
     * What {@link #toMap} made, as another process of this program sent it.
     *
     * @throws IllegalArgumentException if something is missing
     */
    public static RoleReport fromMap(Map<String, Object> map) {
        Fields fields = new Fields(map);
        return new RoleReport(
                Role.of(fields.text("role")),
                fields.text("node"),
                fields.objects("rounds").stream().map(RoundResult::fromMap).toList(),
                fields.number("verified_objects").longValue(),
                fields.number("verified_bytes").longValue(),
                fields.object("memory_traffic")
                        .map(Traffic::of)
                        .orElseThrow(() -> new IllegalArgumentException("there is no 'memory_traffic'")),
                fields.objects("raw").stream().map(RoleReport::rawRate).toList(),
                fields.object("link").map(LinkResult::of),
                fields.object("tiers").map(TierResult::of));
    }

    private static RawRate rawRate(Map<String, Object> map) {
        Fields fields = new Fields(map);
        return RawRate.of(
                fields.text("work"),
                fields.number("alone_gib_per_second").doubleValue(),
                fields.number("together_gib_per_second").doubleValue());
    }
}
