// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong, with a clear message and the right exit code. */
@Timeout(120)
class BadInputIT {
    private final SharedDirectory shared = new SharedDirectory();

    @AfterEach
    void leaveNothing() {
        assertThat(shared.endpoints()).isEmpty();
        shared.close();
    }

    private PenstockProcess start(List<String> arguments) {
        return PenstockProcess.start(shared.path(), arguments);
    }

    @Test
    void shouldNameAnUnknownFlag() {
        try (PenstockProcess run = start(List.of("pipe", "--num-object", "5"))) {
            assertThat(run.awaitExit()).isEqualTo(2);
            assertThat(run.err()).contains("unknown option '--num-object'; did you mean --num-objs?", "pipe --help");
            assertThat(run.out()).isEmpty();
        }
    }

    @Test
    void shouldNameAPortThatIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                PenstockProcess run = start(Small.run("pipe", "--port", Integer.toString(taken.getLocalPort())))) {
            assertThat(run.awaitExit()).isEqualTo(3);
            assertThat(run.err())
                    .contains("localhost:" + taken.getLocalPort() + " can't be listened at", "choose another port")
                    .contains("the receiver ended with exit code 3")
                    .doesNotContain("sender: ");
        }
    }

    @Test
    void shouldSayThatNobodyAnswers() {
        List<String> arguments = List.of(
                "pipe",
                "--transport",
                "loopback",
                "--role",
                "sender",
                "--port",
                Integer.toString(Small.freePort()),
                "--timeout",
                "1s",
                "--shape",
                "1,2,16,64");
        try (PenstockProcess run = start(arguments)) {
            assertThat(run.awaitExit()).isEqualTo(4);
            assertThat(run.err()).contains("nobody answered within 1000 ms", "same host and port");
        }
    }

    @Test
    void shouldNameWhatDiffersBetweenTheSides() {
        String port = Integer.toString(Small.freePort());
        List<String> receiving = List.of(
                "pipe",
                "--transport",
                "loopback",
                "--role",
                "receiver",
                "--port",
                port,
                "--shape",
                "1,2,64,64",
                "--timeout",
                "3s",
                "--buffer-size",
                "1MiB");
        List<String> sending = List.of(
                "pipe",
                "--transport",
                "loopback",
                "--role",
                "sender",
                "--port",
                port,
                "--shape",
                "1,2,64,32",
                "--dtype",
                "fp16",
                "--digest",
                "off");
        // The sender first, which is about to come then: so the receiver need not wait for long.
        try (PenstockProcess sender = start(sending)) {
            sender.awaitWord("transport: loopback");
            try (PenstockProcess receiver = start(receiving)) {
                assertThat(sender.awaitExit()).as(sender.err()).isEqualTo(5);
                assertThat(sender.err())
                        .contains("layout: receiver has '[1,2,64,64]', sender has '[1,2,64,32]'")
                        .contains("dtype: receiver has 'bfloat16', sender has 'half'")
                        .contains("digest: receiver has 'mum64-v1', sender has 'off'");
                receiver.awaitWord("refused sender-");
                assertThat(receiver.awaitExit()).isEqualTo(5);
                assertThat(receiver.err()).contains("0 of 1 senders came within 3000 ms");
            }
        }
    }

    @Test
    void shouldSayWhatDoesNotFit() {
        try (PenstockProcess run =
                start(List.of("pipe", "--transport", "loopback", "--num-objs", "4", "--buffer-size", "300TiB"))) {
            assertThat(run.awaitExit()).isEqualTo(6);
            assertThat(run.err())
                    .contains("300.0 TiB are needed", "a buffer of 300 TiB", "are free", "--buffer-size", "/dev/shm");
        }
    }

    @Test
    void shouldRefuseAnAddressThatOthersCanReach() {
        try (PenstockProcess run = start(Small.run("pipe", "--host", "192.0.2.1"))) {
            assertThat(run.awaitExit()).isEqualTo(3);
            assertThat(run.err()).contains("192.0.2.1", "is not a loopback address");
        }
    }
}
