// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.raw;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * The work that no way of doing a program's job can avoid, and what follows from it: the two sides work at the same time,
 * so the slower of them sets the pace; what one side does with a byte one after the other, adds up.
 *
 * @param sender what a sender does with each byte that it sends
 * @param receiver what the receiver does with each byte that it gets, from any sender
 */
public record CopyModel(List<RawWork> sender, List<RawWork> receiver) {
    /** Copies the lists. */
    public CopyModel {
        sender = List.copyOf(sender);
        receiver = List.copyOf(receiver);
    }

    /**
     * The most that a program can reach.
     *
     * @param gibPerSecond of all senders together
     * @param arithmetic how it was computed
     */
    public record Ceiling(double gibPerSecond, String arithmetic) {}

    /**
     * Computes the ceiling from what was measured while all processes worked at the same time.
     *
     * @param senders the rates of each sender
     * @param receiverRates the rates of the receiver
     * @return empty if a rate is missing
     */
    public Optional<Ceiling> ceiling(List<List<RawRate>> senders, List<RawRate> receiverRates) {
        if (senders.isEmpty()) {
            return Optional.empty();
        }
        double sendersTogether = 0;
        for (List<RawRate> rates : senders) {
            double rate = chained(sender, rates);
            if (Double.isNaN(rate)) {
                return Optional.empty();
            }
            sendersTogether += rate;
        }
        double receiving = chained(receiver, receiverRates);
        if (Double.isNaN(receiving)) {
            return Optional.empty();
        }
        double ceiling = Math.min(sendersTogether, receiving);
        String arithmetic = String.format(
                Locale.ROOT,
                "min(%s; %s) = %.2f GiB/s",
                side(senders.size() == 1 ? "sender" : senders.size() + " senders", sender, senders.get(0), sendersTogether),
                side("receiver", receiver, receiverRates, receiving),
                ceiling);
        return Optional.of(new Ceiling(ceiling, arithmetic));
    }

    /** The rate of doing all works with a byte, one after the other; infinite for none, NaN if a rate is missing. */
    private static double chained(List<RawWork> works, List<RawRate> rates) {
        double secondsPerGib = 0;
        for (RawWork work : works) {
            secondsPerGib += 1 / together(work, rates);
        }
        return works.isEmpty() ? Double.POSITIVE_INFINITY : 1 / secondsPerGib;
    }

    private static double together(RawWork work, List<RawRate> rates) {
        return rates.stream()
                .filter(rate -> rate.work() == work)
                .mapToDouble(RawRate::together)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static String side(String name, List<RawWork> works, List<RawRate> rates, double total) {
        if (works.isEmpty()) {
            return name + " does nothing with the bytes";
        }
        StringJoiner parts = new StringJoiner(" + ");
        for (RawWork work : works) {
            parts.add(String.format(Locale.ROOT, "1 %s at %.2f", work.noun(), together(work, rates)));
        }
        return String.format(Locale.ROOT, "%s: %s -> %.2f", name, parts, total);
    }
}
