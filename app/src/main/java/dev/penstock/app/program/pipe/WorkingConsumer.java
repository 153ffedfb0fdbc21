// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.pipe;

import dev.penstock.app.exit.Interruption;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.loop.EventLoop;
import dev.penstock.app.program.SimulatedWork;
import dev.penstock.domain.pipe.ArrivingObject;
import java.util.concurrent.LinkedBlockingQueue;

/** Settles objects on a thread of its own that has something else to do now and then, so that the ring fills meanwhile. */
final class WorkingConsumer implements Settling {
    private final EventLoop loop;
    private final Interruption interruption;
    private final LinkedBlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

    private record Arrival(ArrivingObject object, Runnable settled) {}

    WorkingConsumer(EventLoop loop, Interruption interruption) {
        this.loop = loop;
        this.interruption = interruption;
        Thread thread = new Thread(this::consume, "penstock-consumer");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void take(ArrivingObject object, Runnable settled) {
        arrivals.add(new Arrival(object, settled));
    }

    private void consume() {
        long received = 0;
        try {
            while (true) {
                Arrival arrival = arrivals.take();
                loop.execute(() -> {
                    arrival.object().settle();
                    arrival.settled().run();
                });
                received++;
                if (SimulatedWork.isReceiversTurn(received)) {
                    SimulatedWork.ofReceiver(interruption);
                }
            }
        } catch (InterruptedException | RunFailure e) {
            // The run is over: nobody waits for what is left.
            Thread.currentThread().interrupt();
        }
    }
}
