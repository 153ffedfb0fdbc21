// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.MemoryKind;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.Peer;
import dev.penstock.transport.testkit.ChildProcess;
import dev.penstock.transport.testkit.HostMemoryProvider;
import dev.penstock.transport.testkit.TestMemoryProvider;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every transport over NIXL must do when the other process is killed, at each stage of its life. A binding's test
 * extends this class and names its provider, whose class has a public constructor without parameters, like that of the
 * memory's.
 */
public abstract class NixlTwoProcessContract {
    private static final int BYTES = 64 << 20;

    private final List<ChildProcess> children = new ArrayList<>();

    /** How far the two have come when the child is killed. */
    enum Phase {
        BEFORE_CONNECT,
        CONNECTED_TO_IT,
        CONNECTED_BOTH_WAYS,
        WIRED_UP,
        WRITE_SUBMITTED,
        WRITE_UNDER_WAY,
        NOTIFICATIONS_UNDER_WAY,
        IT_WRITES,
        WRITE_ENDED
    }

    /** For subclasses. */
    protected NixlTwoProcessContract() {}

    /** The provider under test. */
    protected abstract KvTransportProvider provider();

    /** Where both nodes have their regions: in their transport's host memory. */
    protected TestMemoryProvider memory() {
        return new HostMemoryProvider();
    }

    /** Options of the other process's JVM, beside the class path. */
    protected List<String> childJvmOptions() {
        return List.of("-Xmx256m", "-XX:+UseSerialGC");
    }

    @AfterEach
    final void killChildren() {
        children.forEach(ChildProcess::kill);
    }

    private ChildProcess child() {
        String name = "child-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        ChildProcess child = new ChildProcess(
                provider().getClass(), memory().getClass(), name, childJvmOptions(), NixlNode.PATIENCE);
        children.add(child);
        return child;
    }

    /** The node goes on: it loses that peer once, ends its writes, and serves the successor with the same memory. */
    @ParameterizedTest
    @EnumSource(Phase.class)
    void shouldOutliveAPeerThatIsKilled(Phase phase) {
        try (NixlNode node = new NixlNode(provider(), memory())) {
            Region local = node.register(BYTES);
            killIn(phase, node, local);
            NixlNode.until("end of all writes", node::hasEndedAll, node);
            assertThat(node.failures())
                    .extracting(failure -> failure.kind())
                    .isSubsetOf(FailureKind.PEER_LOST, FailureKind.NATIVE);
            int before = node.completedCount();

            ChildProcess successor = child();
            Region remote = remoteRegion(successor);
            Peer peer = connect(node, successor);
            node.messages().clear();
            int crc = node.fill(local);
            node.write(peer, local, remote, 0, BYTES);
            NixlNode.until("write to the successor", node::hasEndedAll, node);
            assertThat(node.completedCount()).isEqualTo(before + 1);
            assertThat(successor.ask("take 1")).isEqualTo("01");
            assertThat(successor.ask("crc " + remote.id().value() + " 0 " + BYTES))
                    .isEqualTo(Integer.toString(crc));
            assertThat(node.lost()).doesNotContain(peer);
        }
    }

    private void killIn(Phase phase, NixlNode node, Region local) {
        ChildProcess child = child();
        Region remote = remoteRegion(child);
        byte[] descriptor = HexFormat.of().parseHex(child.ask("descriptor"));
        if (phase == Phase.BEFORE_CONNECT) {
            child.kill();
            assertThatExceptionOfType(KvTransferException.class)
                    .isThrownBy(() -> node.transport().connect(descriptor))
                    .matches(e -> e.kind() == FailureKind.PEER_LOST);
            return;
        }
        Peer peer = node.transport().connect(descriptor);
        if (phase.compareTo(Phase.CONNECTED_TO_IT) > 0) {
            child.ask("connect " + HexFormat.of().formatHex(node.transport().descriptor()));
        }
        if (phase.compareTo(Phase.CONNECTED_BOTH_WAYS) > 0) {
            node.write(peer, local, remote, 0, 1);
            NixlNode.until("first write", node::hasEndedAll, node);
        }
        switch (phase) {
            case WRITE_SUBMITTED -> node.write(peer, local, remote, 0, BYTES);
            case WRITE_UNDER_WAY -> {
                node.write(peer, local, remote, 0, BYTES);
                node.write(peer, local, remote, 1, BYTES - 1);
                node.poll();
                node.poll();
            }
            case NOTIFICATIONS_UNDER_WAY -> {
                for (int i = 0; i < 100; i++) {
                    node.send(peer, new byte[10_000]);
                }
            }
            case IT_WRITES ->
                child.ask("begin " + remote.id().value() + " 0 " + local.id().value() + " 0 " + BYTES + " 02");
            case WRITE_ENDED -> {
                node.write(peer, local, remote, 0, BYTES);
                NixlNode.until("write", node::hasEndedAll, node);
            }
            default -> {
                // The others have nothing under way.
            }
        }
        child.kill();
        node.untilLost(peer);
        node.transport().disconnect(peer);
    }

    private static Region remoteRegion(ChildProcess child) {
        int id = Integer.parseInt(child.ask("region " + BYTES));
        // Only its name matters here.
        return new Region(new RegionId(id), MemoryKind.CUDA, 0, 1, BYTES, null);
    }

    private static Peer connect(NixlNode node, ChildProcess child) {
        Peer peer = node.transport().connect(HexFormat.of().parseHex(child.ask("descriptor")));
        child.ask("connect " + HexFormat.of().formatHex(node.transport().descriptor()));
        return peer;
    }
}
