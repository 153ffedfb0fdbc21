// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.Peer;
import dev.penstock.transport.testkit.TransportChild.EchoRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * What every transport must do between two processes, above all when one of them is killed. A transport's test extends this
 * class and names its provider, whose class must have a public constructor without parameters, like that of the memory's:
 * the other process makes its own.
 */
public abstract class KvTransportTwoProcessContract extends TransportScenario {
    private static final int REGION_BYTES = 1 << 20;
    private static final int LARGE_BYTES = 128 << 20;
    private static final int WARM_UP = 2_000;
    private static final int MANY = 10_000;

    private final List<ChildProcess> children = new ArrayList<>();

    /** Shows what the children wrote, where a test fails. */
    @RegisterExtension
    final TestExecutionExceptionHandler childOutput = (context, failure) -> {
        for (ChildProcess child : children) {
            failure.addSuppressed(new AssertionError("a child wrote: " + child.output()));
        }
        throw failure;
    };

    /** For subclasses. */
    protected KvTransportTwoProcessContract() {}

    /** Options of the other process's JVM, beside the class path. */
    protected List<String> childJvmOptions() {
        return List.of("-Xmx256m", "-XX:+UseSerialGC");
    }

    @AfterEach
    final void killChildren() {
        children.forEach(ChildProcess::kill);
    }

    /** A new child, killed after the test. */
    final ChildProcess child() {
        ChildProcess child = new ChildProcess(
                provider().getClass(), memory().getClass(), newName("child"), childJvmOptions(), patience());
        children.add(child);
        return child;
    }

    /** A node here and one in a child, each with a region and connected to the other. */
    private Link link(int regionBytes) {
        TestNode node = node();
        return link(node, node.region(regionBytes));
    }

    private Link link(TestNode node, Region local) {
        ChildProcess child = child();
        int remote = Integer.parseInt(child.ask("region " + local.lengthBytes()));
        Peer peer = node.connect(HexFormat.of().parseHex(child.ask("descriptor")));
        child.ask("connect " + HexFormat.of().formatHex(node.transport().descriptor()), node);
        return new Link(child, node, peer, local, remote);
    }

    private record Link(ChildProcess child, TestNode node, Peer peer, Region local, int remote) {
        TestWrite write(long fromOffset, long toOffset, long length, byte[] notification) {
            SegmentList segments = new SegmentList(1);
            segments.add(local.id(), fromOffset, new RegionId(remote), toOffset, length, 0);
            return node.write(peer, segments, notification);
        }

        String writeByChild(String verb, long length, byte[] notification) {
            return child.ask(
                    String.join(
                            " ",
                            verb,
                            Integer.toString(remote),
                            "0",
                            Integer.toString(local.id().value()),
                            "0",
                            Long.toString(length),
                            HexFormat.of().formatHex(notification)),
                    node);
        }
    }

    @Test
    void shouldWriteBothWays() {
        Seeds.run(random -> {
            Link link = link(REGION_BYTES);
            link.node().put(link.local(), 0, TestBytes.random(random, REGION_BYTES));
            TestWrite write = link.write(100, 7, 1000, new byte[] {1, 2});
            pump().until("end of the write", write::isEnded, link.node());
            assertThat(write.isCompleted()).isTrue();
            assertThat(link.child().ask("take 1", link.node())).isEqualTo("0102");
            assertThat(link.child().ask("crc " + link.remote() + " 7 1000"))
                    .isEqualTo(Integer.toString(link.node().crc(link.local(), 100, 1000)));

            long seed = random.nextLong();
            link.child().ask("fill " + link.remote() + " " + seed);
            assertThat(link.writeByChild("write", REGION_BYTES, new byte[] {3})).isEqualTo("completed");
            pump().until("notification", () -> !link.node().messages().isEmpty(), link.node());
            assertThat(link.node().messages())
                    .containsExactly(new TestNode.Message(link.peer(), ByteBuffer.wrap(new byte[] {3})));
            assertThat(link.node().bytes(link.local())).isEqualTo(TestBytes.random(new Random(seed), REGION_BYTES));
        });
    }

    @Test
    void shouldEchoData() {
        Seeds.run(random -> {
            TestNode node = node();
            Region local = node.region(REGION_BYTES);
            Region answers = node.region(REGION_BYTES);
            Link link = link(node, local);
            link.child().ask("echo");
            for (int i = 0; i < 300; i++) {
                echo(link, answers, random, REGION_BYTES);
            }
        });
    }

    private void echo(Link link, Region answers, Random random, int maxBytes) {
        int length = random.nextInt(maxBytes + 1);
        int offset = random.nextInt(maxBytes - length + 1);
        byte[] content = TestBytes.random(random, length);
        link.node().put(link.local(), offset, content);
        EchoRequest request = new EchoRequest(
                link.remote(),
                offset,
                length,
                link.node().crc(link.local(), offset, length),
                answers.id().value());
        link.node().messages().clear();

        TestWrite write = link.write(offset, offset, length, request.bytes());
        pump().until("echo", () -> write.isEnded() && !link.node().messages().isEmpty(), link.node());

        assertThat(link.node().messages().get(0).bytes()).isEqualTo(ByteBuffer.wrap(new byte[] {1}));
        assertThat(link.node().bytes(answers, offset, length)).isEqualTo(content);
    }

    @Test
    void shouldEchoEachNotificationOnce() {
        Seeds.run(random -> {
            Link link = link(REGION_BYTES);
            link.child().ask("echo");
            List<ByteBuffer> sent = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                byte[] message = TestBytes.random(random, EchoRequest.BYTES + 1 + random.nextInt(2_000));
                link.node().send(link.peer(), message);
                sent.add(ByteBuffer.wrap(message));
                link.node().poll();
            }
            pump().until("echoes", () -> link.node().messages().size() >= sent.size(), link.node());
            assertThat(link.node().messages())
                    .extracting(TestNode.Message::bytes)
                    .containsExactlyInAnyOrderElementsOf(sent);
        });
    }

    @Test
    void shouldNoticeThatAnIdlePeerWasKilled() {
        Link link = link(REGION_BYTES);
        link.child().kill();

        lossPump().untilLost(link.node(), link.peer());
        assertThat(link.node().losses())
                .singleElement()
                .satisfies(loss -> assertThat(loss.cause().kind()).isEqualTo(FailureKind.PEER_LOST));
        TestWrite late = link.write(0, 0, 1, new byte[] {1});
        lossPump().until("end of a write to a lost peer", late::isEnded, link.node());
    }

    @Test
    void shouldNoticeThatAPeerClosed() {
        Link link = link(REGION_BYTES);
        link.child().ask("close", link.node());

        lossPump().untilLost(link.node(), link.peer());
    }

    @Test
    void shouldBeNoticedWhenItCloses() {
        Link link = link(REGION_BYTES);
        link.child().ask("notify 01");
        pump().until("notification", () -> !link.node().messages().isEmpty(), link.node());
        link.node().closeAbruptly();

        // Some transports notice only when they use the connection.
        link.child().ask("notify 02");
        assertThat(link.child().ask("lost")).isEqualTo("1");
    }

    @Test
    void shouldEndWritesToAPeerThatWasKilled() {
        Seeds.run(random -> {
            Link link = link(LARGE_BYTES);
            TestWrite first = link.write(0, 0, LARGE_BYTES, new byte[] {1});
            TestWrite second = link.write(0, 0, LARGE_BYTES, new byte[] {2});
            for (int polls = random.nextInt(20); polls > 0; polls--) {
                link.node().poll();
            }
            link.child().kill();

            lossPump().untilLost(link.node(), link.peer());
            lossPump().until("end of both writes", () -> first.isEnded() && second.isEnded(), link.node());
        });
    }

    @Test
    void shouldSurviveAPeerThatIsKilledWhileItWrites() {
        Seeds.run(random -> {
            Link link = link(LARGE_BYTES);
            long seed = random.nextLong();
            link.child().ask("fill " + link.remote() + " " + seed);
            link.writeByChild("begin", LARGE_BYTES, new byte[] {1});
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(20_000)));
            link.child().kill();

            lossPump().untilLost(link.node(), link.peer());
            if (!link.node().messages().isEmpty()) {
                assertThat(link.node().bytes(link.local())).isEqualTo(TestBytes.random(new Random(seed), LARGE_BYTES));
            }
        });
    }

    @Test
    void shouldNoticeThatAPeerWasKilledBeforeConnect() {
        TestNode node = node();
        ChildProcess child = child();
        byte[] descriptor = HexFormat.of().parseHex(child.ask("descriptor"));
        child.kill();

        try {
            // A transport that has no handshake learns of it later.
            lossPump().untilLost(node, node.connect(descriptor));
        } catch (KvTransferException e) {
            assertThat(e.kind()).isEqualTo(FailureKind.PEER_LOST);
        }
    }

    @Test
    void shouldMeetTheSuccessorOfAPeerThatWasKilled() {
        Seeds.run(random -> {
            Link first = link(REGION_BYTES);
            first.child().kill();
            Region answers = first.node().region(REGION_BYTES);
            Link second = link(first.node(), first.local());
            second.child().ask("echo");
            echo(second, answers, random, REGION_BYTES);

            lossPump().untilLost(first.node(), first.peer());
            first.node().disconnect(first.peer());
            echo(second, answers, random, REGION_BYTES);
            assertThat(first.node().hasLost(second.peer())).isFalse();
        });
    }

    @Test
    void shouldNotGrow() throws IOException {
        Seeds.run(random -> {
            TestNode node = node();
            Region local = node.region(REGION_BYTES);
            Region answers = node.region(REGION_BYTES);
            Link link = link(node, local);
            link.child().ask("echo");
            echoMany(link, answers, random, WARM_UP);
            ProcessUsage here = ProcessUsage.now();
            ProcessUsage there = ProcessUsage.parse(link.child().ask("usage", node));
            echoMany(link, answers, random, MANY);

            requireNoGrowth(here, ProcessUsage.now());
            requireNoGrowth(there, ProcessUsage.parse(link.child().ask("usage", node)));
        });
    }

    private void echoMany(Link link, Region answers, Random random, int count) {
        for (int i = 0; i < count; i++) {
            echo(link, answers, random, 4096);
        }
    }

    /** A leak of one thing in a hundred transfers would show. */
    private static void requireNoGrowth(ProcessUsage before, ProcessUsage after) {
        assertThat(after.openFiles()).isLessThan(before.openFiles() + MANY / 100);
        assertThat(after.mappings()).isLessThan(before.mappings() + MANY / 100);
        assertThat(after.heapBytes()).isLessThan(before.heapBytes() + (8 << 20));
    }
}
