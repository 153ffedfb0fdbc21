// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.raw;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The work that no way of doing a program's job can avoid, and what follows from it: the two sides work at the same time,
 * so the slower of them sets the pace; what one side does with a byte one after the other, adds up.
 *
 * @param sender what a sender does with each byte that it sends
 * @param receiver what the receiver does with each byte that it gets, from any sender
 * @param retrieval what the receiver does with each byte that it has, when the senders are done
 * @param digests whether each side computes the digest of each byte too
 */
public record CopyModel(List<RawWork> sender, List<RawWork> receiver, List<RawWork> retrieval, boolean digests) {
    /** Copies the lists. */
    public CopyModel {
        sender = List.copyOf(sender);
        receiver = List.copyOf(receiver);
        retrieval = List.copyOf(retrieval);
    }

    /** Of a program in which the receiver has nothing left to do when the senders are done; without digests. */
    public CopyModel(List<RawWork> sender, List<RawWork> receiver) {
        this(sender, receiver, List.of(), false);
    }

    /** The same copies, with digests or without. */
    public CopyModel withDigests(boolean computed) {
        return new CopyModel(sender, receiver, retrieval, computed);
    }

    /**
     * The same work over a transport for which the sender's processor writes each byte to the receiver.
     *
     * @param staged whether the bytes are copied into the ring before
     */
    public CopyModel writing(boolean staged) {
        Stream<RawWork> copies = staged ? sender.stream() : sender.stream().filter(work -> work != RawWork.COPY);
        return new CopyModel(Stream.concat(copies, Stream.of(RawWork.WRITE)).toList(), receiver, retrieval, digests);
    }

    /** All that a sender does with a byte. */
    public List<RawWork> allOfSender() {
        return digested(sender);
    }

    /** All that the receiver does with a byte. */
    public List<RawWork> allOfReceiver() {
        return Stream.concat(digested(receiver).stream(), retrieval.stream()).toList();
    }

    private List<RawWork> digested(List<RawWork> copies) {
        return digests
                ? Stream.concat(copies.stream(), Stream.of(RawWork.DIGEST)).toList()
                : copies;
    }

    /**
     * The most that a program can reach.
     *
     * @param gibPerSecond of all senders together
     * @param arithmetic how it was computed
     */
    public record Ceiling(double gibPerSecond, String arithmetic) {}

    /**
     * What the copies alone allow, computed from what was measured while all processes worked at the same time.
     *
     * @param senders the rates of each sender
     * @param receiverRates the rates of the receiver
     * @return empty if a rate is missing
     */
    public Optional<Ceiling> ceiling(List<List<RawRate>> senders, List<RawRate> receiverRates) {
        return ceiling(sender, senders, receiver, receiverRates);
    }

    /**
     * What copies and digests allow, each in a pass of its own. Doing both in one pass can beat it.
     *
     * @param senders the rates of each sender
     * @param receiverRates the rates of the receiver
     * @return empty if there are no digests, or a rate is missing
     */
    public Optional<Ceiling> digestCeiling(List<List<RawRate>> senders, List<RawRate> receiverRates) {
        return digests ? ceiling(digested(sender), senders, digested(receiver), receiverRates) : Optional.empty();
    }

    private static Optional<Ceiling> ceiling(
            List<RawWork> sender, List<List<RawRate>> senders, List<RawWork> receiver, List<RawRate> receiverRates) {
        if (senders.isEmpty()) {
            return Optional.empty();
        }
        double sendersTogether = 0;
        for (List<RawRate> rates : senders) {
            double rate = chained(sender, rates, RawRate::together);
            if (Double.isNaN(rate)) {
                return Optional.empty();
            }
            sendersTogether += rate;
        }
        double receiving = chained(receiver, receiverRates, RawRate::together);
        if (Double.isNaN(receiving)) {
            return Optional.empty();
        }
        double ceiling = Math.min(sendersTogether, receiving);
        String arithmetic = String.format(
                Locale.ROOT,
                "min(%s; %s) = %.2f GiB/s",
                side(
                        senders.size() == 1 ? "sender" : senders.size() + " senders",
                        sender,
                        senders.get(0),
                        RawRate::together,
                        sendersTogether),
                side("receiver", receiver, receiverRates, RawRate::together, receiving),
                ceiling);
        return Optional.of(new Ceiling(ceiling, arithmetic));
    }

    /**
     * The most that the retrieval can reach, which has the host for itself.
     *
     * @param receiverRates the rates of the receiver
     * @return empty if there is none, or a rate is missing
     */
    public Optional<Ceiling> retrievalCeiling(List<RawRate> receiverRates) {
        double ceiling = chained(retrieval, receiverRates, RawRate::alone);
        return Double.isInfinite(ceiling) || Double.isNaN(ceiling)
                ? Optional.empty()
                : Optional.of(new Ceiling(
                        ceiling, side("receiver alone", retrieval, receiverRates, RawRate::alone, ceiling)));
    }

    /** The rate of doing all works with a byte, one after the other; infinite for none, NaN if a rate is missing. */
    private static double chained(List<RawWork> works, List<RawRate> rates, ToDoubleFunction<RawRate> value) {
        double secondsPerGib = 0;
        for (RawWork work : works) {
            secondsPerGib += 1 / rate(work, rates, value);
        }
        return works.isEmpty() ? Double.POSITIVE_INFINITY : 1 / secondsPerGib;
    }

    private static double rate(RawWork work, List<RawRate> rates, ToDoubleFunction<RawRate> value) {
        return rates.stream()
                .filter(rate -> rate.work() == work)
                .mapToDouble(value)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static String side(
            String name, List<RawWork> works, List<RawRate> rates, ToDoubleFunction<RawRate> value, double total) {
        if (works.isEmpty()) {
            return name + " does nothing with the bytes";
        }
        StringJoiner parts = new StringJoiner(" + ");
        for (RawWork work : works) {
            parts.add(String.format(Locale.ROOT, "1 %s at %.2f", work.noun(), rate(work, rates, value)));
        }
        return String.format(Locale.ROOT, "%s: %s -> %.2f", name, parts, total);
    }
}
