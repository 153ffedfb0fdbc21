// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.node.RunningNode;
import dev.penstock.app.raw.RawCopy;
import dev.penstock.app.raw.RawRate;
import dev.penstock.app.raw.RawWork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Measures plain copies between two rounds: each role alone while the other waits, then all at the same time. */
final class RawPhase {
    private static final long PHASE_NS = TimeUnit.MILLISECONDS.toNanos(300);
    /** For the compiler: code that never ran would be measured at its slowest. */
    private static final long WARM_UP_NS = TimeUnit.MILLISECONDS.toNanos(300);

    private static final int LINK_MEASUREMENTS = 5;

    private final RunningNode node;
    private final RawCopy copy;
    private final RawCopy.Direction direction;
    private final List<RawWork> works;

    RawPhase(RunningNode node, RawCopy copy, RawCopy.Direction direction, List<RawWork> works) {
        this.node = node;
        this.copy = copy;
        this.direction = direction;
        this.works = works.stream().distinct().toList();
    }

    /**
     * Measures as a sender.
     *
     * @param link measures what the transport writes by itself; nothing where memory is shared. Here too, and not when the session
     *     began: the first writes to a memory are slower than all later ones
     */
    List<RawRate> measureAsSender(SenderGates gates, Supplier<OptionalDouble> link) {
        gates.pass(GateKey.sendersAlone());
        warmUp();
        List<Double> alone = measure(PHASE_NS);
        OptionalDouble write = measureLink(link);
        gates.pass(GateKey.receiverAlone());
        gates.pass(GateKey.together());
        // One measurement of the link takes about a third of the phase: the receiver copies all the while.
        List<Double> together = measure(write.isPresent() ? PHASE_NS / 2 : PHASE_NS);
        OptionalDouble writeTogether = link.get();
        // Not before the receiver is done too: it copies to where the next round's objects go.
        gates.pass(GateKey.measured());
        List<RawRate> rates = rates(alone, together);
        if (write.isPresent() && writeTogether.isPresent()) {
            rates.add(new RawRate(RawWork.WRITE, write.getAsDouble(), writeTogether.getAsDouble()));
        }
        return rates;
    }

    /** The median of several: one of them takes no more than a tenth of a second. */
    private static OptionalDouble measureLink(Supplier<OptionalDouble> link) {
        double[] rates = new double[LINK_MEASUREMENTS];
        for (int i = 0; i < rates.length; i++) {
            OptionalDouble rate = link.get();
            if (rate.isEmpty()) {
                return rate;
            }
            rates[i] = rate.getAsDouble();
        }
        Arrays.sort(rates);
        return OptionalDouble.of(rates[LINK_MEASUREMENTS / 2]);
    }

    List<RawRate> measureAsReceiver(ReceiverGates gates, Patience patience, int senders) {
        List<Double> alone = List.of();
        for (GateKey gate : List.of(GateKey.sendersAlone(), GateKey.receiverAlone(), GateKey.together())) {
            patience.until(() -> gates.waiting(gate) == senders, () -> {});
            if (gate.equals(GateKey.receiverAlone())) {
                warmUp();
                alone = measure(PHASE_NS);
            }
            gates.open(gate, true);
        }
        List<Double> together = measure(PHASE_NS);
        patience.until(() -> gates.waiting(GateKey.measured()) == senders, () -> {});
        gates.open(GateKey.measured(), true);
        return rates(alone, together);
    }

    private void warmUp() {
        copy.touchSlots();
        for (RawWork work : works) {
            measure(work, WARM_UP_NS / works.size());
        }
    }

    private List<Double> measure(long durationNs) {
        List<Double> rates = new ArrayList<>(works.size());
        for (RawWork work : works) {
            rates.add(measure(work, durationNs / works.size()));
        }
        return rates;
    }

    private double measure(RawWork work, long durationNs) {
        return copy.onDevice()
                ? node.call("measure plain copies", () -> copy.measure(work, direction, durationNs))
                : copy.measure(work, direction, durationNs);
    }

    private List<RawRate> rates(List<Double> alone, List<Double> together) {
        List<RawRate> rates = new ArrayList<>(works.size());
        for (int i = 0; i < works.size(); i++) {
            rates.add(new RawRate(works.get(i), alone.get(i), together.get(i)));
        }
        return rates;
    }
}
