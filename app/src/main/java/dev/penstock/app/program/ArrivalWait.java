// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.report.Figure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Waits until a round has come from all senders, or can't come any more. */
public final class ArrivalWait {
    private final RoleContext context;
    private final Supplier<Stream<Arrivals>> senders;

    /**
     * A wait for what some senders send.
     *
     * @param receivers one for each sender; may grow as they come, if it is safe to be read meanwhile
     * @param arrivals what has come to one of them
     */
    public <R> ArrivalWait(RoleContext context, List<R> receivers, Function<R, Arrivals> arrivals) {
        this.context = context;
        this.senders = () -> receivers.stream().map(arrivals);
    }

    /**
     * Waits for a round.
     *
     * @param sendersDone whether all senders say that everything is owned; what is missing then was lost
     * @return the receiver's time
     * @throws RunFailure if an object came twice, out of order, damaged or not at all
     */
    public Map<Figure, Long> receive(int round, BooleanSupplier sendersDone) {
        long expected = (long) context.settings().senders() * context.sizes().objects();
        context.patience()
                .until(
                        () -> owned(round) == expected || deviation().isPresent() || sendersDone.getAsBoolean(),
                        () -> progress(round));
        deviation().ifPresent(ArrivalWait::fail);
        if (owned(round) != expected) {
            fail(owned(round) + " of " + expected + " objects of round " + round
                    + " arrived, and the senders believe that all did");
        }
        progress(round);
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Arrivals arrivals : senders.get().toList()) {
            first = Math.min(first, arrivals.firstAt());
            last = Math.max(last, arrivals.lastAt());
        }
        return Map.of(Figure.RECEIVER, last - first);
    }

    private void progress(int round) {
        context.progress(
                round,
                owned(round) * context.sizes().objectBytes(),
                context.settings().senders() * context.sizes().roundBytes());
    }

    private long owned(int round) {
        return senders.get().mapToLong(arrivals -> arrivals.ownedOf(round)).sum();
    }

    private Optional<String> deviation() {
        return senders.get().map(Arrivals::deviation).flatMap(Optional::stream).findFirst();
    }

    /**
     * Ends the run because something is wrong.
     *
     * @throws RunFailure always
     */
    public static void fail(String deviation) {
        throw new RunFailure(ExitCode.VERIFICATION_FAILED, deviation);
    }
}
