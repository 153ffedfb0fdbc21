// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A loop that uses a link in the very moment in which it is told of it, on its own thread. */
class AcceptedLinkTest {
    private static final byte[] MESSAGE = {1};

    @Test
    void shouldSendAfterTheHeaders() throws InterruptedException {
        assertThat(operationsWhenTheLoop(link -> link.send(MESSAGE))).containsExactly("headers", "request", "message");
    }

    @Test
    void shouldCloseAfterTheHeaders() throws InterruptedException {
        assertThat(operationsWhenTheLoop(GrpcLink::close)).containsExactly("headers", "request", "close OK");
    }

    /** What gRPC's call is asked for when a link starts and the loop answers at once. */
    private static List<String> operationsWhenTheLoop(Consumer<GrpcLink> answer) throws InterruptedException {
        RecordingCall call = new RecordingCall();
        PromptLoop loop = new PromptLoop(answer);

        new AcceptedLink("peer", loop, call, CallEnd.current()).start();

        loop.await();
        return call.operations;
    }

    /** An inbox with a loop behind it: adding an event returns when the loop has answered, or waits for a lock to do so. */
    @SuppressWarnings("serial")
    private static final class PromptLoop extends ConcurrentLinkedQueue<PlaneEvent> {
        private static final Set<Thread.State> RUNS = EnumSet.of(Thread.State.NEW, Thread.State.RUNNABLE);

        private final Consumer<GrpcLink> answer;
        private Thread thread = new Thread(() -> {});

        PromptLoop(Consumer<GrpcLink> answer) {
            this.answer = answer;
        }

        @Override
        public boolean add(PlaneEvent event) {
            thread = new Thread(() -> answer.accept(event.link()), "loop");
            thread.start();
            while (RUNS.contains(thread.getState())) {
                Thread.onSpinWait();
            }
            return super.add(event);
        }

        void await() throws InterruptedException {
            thread.join();
        }
    }

    private static final class RecordingCall extends ServerCall<byte[], byte[]> {
        private final List<String> operations = new CopyOnWriteArrayList<>();

        @Override
        public void request(int messages) {
            operations.add("request");
        }

        @Override
        public void sendHeaders(Metadata headers) {
            operations.add("headers");
        }

        @Override
        public void sendMessage(byte[] message) {
            operations.add("message");
        }

        @Override
        public void close(Status status, Metadata trailers) {
            operations.add("close " + status.getCode());
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<byte[], byte[]> getMethodDescriptor() {
            return LinkProtocol.LINK;
        }
    }
}
