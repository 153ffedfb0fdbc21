// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.app.console.RunOutput;
import dev.penstock.app.console.SilentOutput;
import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.loop.IdleStrategy;
import dev.penstock.app.program.pipe.PipeProgram;
import dev.penstock.app.report.Figure;
import dev.penstock.app.report.RoleReport;
import dev.penstock.app.report.RoundResult;
import dev.penstock.app.run.Device;
import dev.penstock.app.run.RunSettings;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both roles in one process, where one of them does not do what it should. */
@Timeout(120)
class RunPairTest {
    private static final Sizes SIZES = new Sizes(KvShape.of(2, 2, 64, 64), DType.BFLOAT16, 5, 1 << 20, 64 << 10, 4);

    @TempDir
    Path directory;

    private final CompletableFuture<ControlAddress> address = new CompletableFuture<>();

    private final RunOutput receiverOutput = new RunOutput() {
        @Override
        public void note(String line) {}

        @Override
        public void listening(String host, int port) {
            address.complete(new ControlAddress(host, port));
        }

        @Override
        public void progress(int round, long doneBytes, long totalBytes) {}

        @Override
        public void round(RoundResult result) {}

        @Override
        public void finished(RoleReport report) {}
    };

    @Test
    void shouldFindEverythingRightWhereItIs() throws Exception {
        CompletableFuture<RoleReport> sender = startSender(new PipeProgram(true));

        RoleReport received = receive();

        assertThat(received.verifiedObjects()).isEqualTo(10);
        assertThat(received.verifiedBytes()).isEqualTo(10 * SIZES.objectBytes());
        assertThat(received.rounds()).hasSize(1);
        assertThat(received.traffic().payloadBytes()).isEqualTo(SIZES.roundBytes());
        assertThat(sender.get(60, TimeUnit.SECONDS).rounds().get(0).nanos())
                .containsOnlyKeys(Figure.SENDER, Figure.DELIVERED);
    }

    @Test
    void shouldNoticeAWrongByte() {
        CompletableFuture<RoleReport> sender = startSender(Sabotaged.context(context -> new RoleContext(
                new NodeId("somebody-else"),
                context.node(),
                context.settings(),
                context.output(),
                context.interruption(),
                context.patience())));

        assertThatThrownBy(this::receive)
                .satisfies(RunPairTest::verificationFailed)
                .hasMessageContaining("wrong from byte 0");
        assertThatThrownBy(() -> get(sender)).satisfies(RunPairTest::verificationFailed);
    }

    @Test
    void shouldNoticeAnObjectThatIsNotNext() {
        CompletableFuture<RoleReport> sender = startSender(Sabotaged.round(part -> round -> part.run(round + 1)));

        assertThatThrownBy(this::receive)
                .satisfies(RunPairTest::verificationFailed)
                .hasMessageContaining("round=1")
                .hasMessageContaining("round=0");
        assertThatThrownBy(() -> get(sender)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void shouldNoticeThatObjectsAreMissing() {
        CompletableFuture<RoleReport> sender = startSender(Sabotaged.round(part -> round -> Map.of()));

        assertThatThrownBy(this::receive)
                .satisfies(RunPairTest::verificationFailed)
                .hasMessageContaining("0 of 5 objects of round 0");
        assertThatThrownBy(() -> get(sender)).satisfies(RunPairTest::verificationFailed);
    }

    @Test
    void shouldTellTheReceiverWhyASenderLeaves() {
        CompletableFuture<RoleReport> sender = startSender(Sabotaged.round(part -> round -> {
            throw new IllegalStateException("out of ideas");
        }));

        assertThatThrownBy(this::receive)
                .isInstanceOf(KvTransferException.class)
                .hasMessageContaining("the sender left: out of ideas");
        assertThatThrownBy(() -> get(sender)).hasMessage("out of ideas");
    }

    @Test
    void shouldNotCallItWrongDataThatTheReceiverEndedWhileItChecked() {
        CompletableFuture<RoleReport> sender = startSender(new PipeProgram(true));
        Sabotaged interrupted = Sabotaged.verification(round -> {
            throw new RunFailure(ExitCode.INTERRUPTED, "interrupted");
        });

        assertThatThrownBy(() -> receive(interrupted)).hasMessage("interrupted");
        assertThatThrownBy(() -> get(sender))
                .hasMessageContaining("left: interrupted")
                .satisfies(thrown -> assertThat(ExitCode.of(thrown)).isEqualTo(ExitCode.PEER_LOST));
    }

    private static void verificationFailed(Throwable thrown) {
        assertThat(thrown).isInstanceOf(RunFailure.class);
        assertThat(((RunFailure) thrown).exit()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    }

    private RunSettings settings() {
        return new RunSettings(
                SIZES,
                1,
                1,
                1,
                true,
                false,
                Duration.ofSeconds(30),
                new ControlAddress("localhost", 0),
                IdleStrategy.PARK,
                Device.CPU,
                0,
                Optional.empty());
    }

    private RoleReport receive() {
        return receive(new PipeProgram(true));
    }

    private RoleReport receive(Program program) {
        return new ReceiverRun(
                        program,
                        settings(),
                        new LoopbackTransportProvider(directory),
                        receiverOutput,
                        Interruption.none())
                .run(new NodeId("receiver"));
    }

    private CompletableFuture<RoleReport> startSender(Program program) {
        SenderRun run = new SenderRun(
                program, settings(), new LoopbackTransportProvider(directory), new SilentOutput(), Interruption.none());
        return CompletableFuture.supplyAsync(() -> run.run(new NodeId("sender"), address));
    }

    private static RoleReport get(CompletableFuture<RoleReport> sender) throws Throwable {
        try {
            return sender.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }
}
