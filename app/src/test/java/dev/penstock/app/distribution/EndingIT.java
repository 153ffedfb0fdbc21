// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that are ended from outside: no process and, but for a killed one's, no file is left behind. */
@Timeout(120)
class EndingIT {
    private final SharedDirectory shared = new SharedDirectory();

    @AfterEach
    void leaveNothing() {
        shared.close();
    }

    private PenstockProcess start(List<String> arguments) {
        return PenstockProcess.start(shared.path(), arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void shouldEndAllWhenTheCommandIsInterrupted(String signal) throws Exception {
        try (PenstockProcess run = start(Small.longRun("pipe"))) {
            run.awaitWord("round 3: ");
            ProcessHandle sender = run.child("sender");
            ProcessHandle receiver = run.child("receiver");

            PenstockProcess.signal(run.handle(), signal);

            assertThat(run.awaitExit()).isEqualTo(130);
            sender.onExit().get(30, TimeUnit.SECONDS);
            receiver.onExit().get(30, TimeUnit.SECONDS);
            assertThat(run.err()).contains("penstock pipe: interrupted");
            assertThat(shared.endpoints()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"sender, receiver", "receiver, sender"})
    void shouldTellTheOtherSideWhoWasInterrupted(String interrupted, String other) {
        try (PenstockProcess run = start(Small.longRun("pipe"))) {
            run.awaitWord("round 3: ");

            PenstockProcess.signal(run.child(interrupted), "INT");

            assertThat(run.awaitExit()).isEqualTo(130);
            assertThat(run.err())
                    .contains(interrupted + ": penstock pipe: interrupted")
                    // Told by its session, or by what it was waiting for of that session: whichever it looks at first.
                    .containsPattern(other + ": penstock pipe: the (peer|" + interrupted + ") left: interrupted")
                    .contains("the " + other + " ended with exit code 4");
            assertThat(shared.endpoints()).isEmpty();
        }
    }

    @Test
    void shouldNoticeAKilledReceiverAndCleanUpAfterItTheNextTime() {
        String port = Integer.toString(Small.freePort());
        try (PenstockProcess receiver = start(Small.longRun("pipe", "--role", "receiver", "--port", port));
                PenstockProcess sender = start(Small.longRun("pipe", "--role", "sender", "--port", port))) {
            sender.awaitWord("round 3: ");
            PenstockProcess.signal(receiver.handle(), "KILL");
            long killed = System.nanoTime();

            assertThat(sender.awaitExit()).as(sender.err()).isEqualTo(4);
            assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - killed))
                    .isLessThan(10);
            assertThat(receiver.awaitExit()).isEqualTo(137);
        }
        assertThat(shared.endpoints()).singleElement().asString().startsWith("receiver-");
        try (PenstockProcess next = start(Small.run("pipe", "--raw", "off"))) {
            assertThat(next.awaitExit()).as(next.err()).isZero();
        }
        assertThat(shared.endpoints()).isEmpty();
    }

    @Test
    void shouldLeaveNoOrphansWhenTheCommandIsKilled() throws Exception {
        try (PenstockProcess run = start(Small.longRun("pipe"))) {
            run.awaitWord("round 3: ");
            ProcessHandle sender = run.child("sender");
            ProcessHandle receiver = run.child("receiver");

            PenstockProcess.signal(run.handle(), "KILL");

            sender.onExit().get(30, TimeUnit.SECONDS);
            receiver.onExit().get(30, TimeUnit.SECONDS);
            assertThat(shared.endpoints()).isEmpty();
        }
    }
}
