// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.graph.TransportCatalog;
import dev.penstock.app.launch.HostProbe;
import dev.penstock.app.loop.IdleStrategy;
import dev.penstock.app.report.Role;
import dev.penstock.app.run.Device;
import dev.penstock.app.run.RunSettings;
import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.KvShape;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that all programs have. */
final class CommonOptions {
    static final int DEFAULT_PORT = 5555;

    @Option(
            names = "--role",
            paramLabel = "sender|receiver",
            converter = RoleConverter.class,
            description = "Run one side in this process. Without it both run, each in a process of its own.")
    @Nullable
    Role role;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "localhost",
            description = "Where the receiver listens (default: ${DEFAULT-VALUE}).")
    String host = "localhost";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Its port (default: " + DEFAULT_PORT + "; without --role any that is free).")
    @Nullable
    Integer port;

    @Option(
            names = "--num-expected-senders",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many senders the receiver waits for (default: ${DEFAULT-VALUE}).")
    int senders = 1;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            defaultValue = TransportCatalog.AUTO,
            description =
                    "auto, loopback, nixl-ffm or nixl-jni (default: ${DEFAULT-VALUE}); see 'penstock transports'.")
    String transport = TransportCatalog.AUTO;

    @Mixin
    NixlOptions nixl = new NixlOptions();

    @Option(
            names = "--device",
            paramLabel = "cpu|cuda:N",
            converter = DeviceConverter.class,
            defaultValue = "cpu",
            description = "Where the objects and the rings are: in the host's memory, or on GPU N (default:"
                    + " ${DEFAULT-VALUE}). GPU memory needs NIXL.")
    Device device = Device.CPU;

    @Option(
            names = "--min-link-gibps",
            paramLabel = "GIBPS",
            description =
                    "Refuse a link that does less GiB per second when the session opens; 0 takes any (default: 0, on a"
                            + " GPU 5).")
    @Nullable
    Double minLinkGibps;

    @Option(
            names = "--shape",
            paramLabel = "SHAPE",
            converter = ShapeConverter.class,
            description = "Shape of each object (default: [32,2,256,1024]).")
    @Nullable
    KvShape shape;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            converter = DTypeConverter.class,
            defaultValue = "bfloat16",
            description = "Type of their elements (default: ${DEFAULT-VALUE}).")
    DType dtype = DType.BFLOAT16;

    @Option(
            names = "--buffer-size",
            paramLabel = "SIZE",
            converter = ByteSizeConverter.class,
            description = "Bytes of each ring, such as 4GiB, 128MiB or 4096 (default: 4GiB, cache-engine 1GiB).")
    @Nullable
    Long bufferBytes;

    @Option(
            names = "--slot-size",
            paramLabel = "SIZE",
            converter = ByteSizeConverter.class,
            description = "Bytes of each slot of a ring (default: what suits the transport).")
    @Nullable
    Long slotBytes;

    @Option(
            names = "--depth",
            paramLabel = "N",
            description =
                    "Parts of the ring that a sender fills or writes at a time (default: 8; 128 where objects are made in a"
                            + " GPU's ring, each of which is a part).")
    @Nullable
    Integer depth;

    @Option(
            names = "--warm-up-rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds before those that count (default: ${DEFAULT-VALUE}).")
    int warmUps = 3;

    @Option(
            names = "--num-rounds",
            paramLabel = "N",
            defaultValue = "1",
            description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    int rounds = 1;

    @Option(
            names = "--digest",
            paramLabel = "on|off",
            converter = OnOffConverter.class,
            defaultValue = "on",
            description = "Whether each object carries a digest that the receiver checks (default: ${DEFAULT-VALUE}).")
    OnOff digest = OnOff.ON;

    @Option(
            names = "--raw",
            paramLabel = "on|off",
            converter = OnOffConverter.class,
            defaultValue = "on",
            description = "Whether plain memory copies are measured in the same run, for comparison (default:"
                    + " ${DEFAULT-VALUE}).")
    OnOff raw = OnOff.ON;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeoutConverter.class,
            defaultValue = "60s",
            description = "How long to wait for the other side, and for progress (default: ${DEFAULT-VALUE}).")
    Duration timeout = Duration.ofSeconds(60);

    @Option(
            names = "--idle",
            paramLabel = "spin|yield|park",
            converter = IdleConverter.class,
            defaultValue = "park",
            description =
                    "How far a loop with nothing to do goes in giving its core away (default: ${DEFAULT-VALUE}). With"
                            + " spin a sender also keeps its path warm: each ms it sends 512 bytes that the receiver drops.")
    IdleStrategy idle = IdleStrategy.PARK;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result to this file too.")
    @Nullable
    Path json;

    @Option(
            names = "--timeline",
            paramLabel = "FOLDER",
            description =
                    "Write when each part of a ring was filled, written, moved and so on: a .csv for each process.")
    @Nullable
    Path timelines;

    @Option(names = "--quiet", description = "Say nothing but errors and the result.")
    boolean quiet;

    @Option(
            names = "--node-id",
            paramLabel = "NAME",
            hidden = true,
            converter = NodeIdConverter.class,
            description = "Who this process is.")
    @Nullable
    NodeId nodeId;

    @Option(
            names = "--child",
            hidden = true,
            description = "Another penstock process started this one and reads its output.")
    boolean child;

    @Option(
            names = "--free-bytes",
            hidden = true,
            description = "With --child: the memory that the process that started this one found free.")
    long freeBytes;

    @Option(
            names = "--shared-memory",
            hidden = true,
            description = "With --child: whether both sides use the same memory.")
    boolean sharedMemory;

    /** What the host offers, where another process has found that out already. */
    Optional<HostProbe> toldOfHost() {
        return child ? Optional.of(new HostProbe(freeBytes, sharedMemory)) : Optional.empty();
    }

    /** The slowest link that will do. */
    double floor() {
        Double given = minLinkGibps;
        return given == null ? RunSettings.defaultMinLinkGibps(device) : given;
    }

    /** The address that the receiver listens at. */
    ControlAddress address() {
        int chosen = port != null ? port : role == null ? 0 : DEFAULT_PORT;
        return new ControlAddress(host, chosen);
    }

    /** Who a process of this role is, where nobody said so. */
    NodeId idOf(Role ownRole) {
        return nodeId != null
                ? nodeId
                : new NodeId(ownRole.label() + "-" + ProcessHandle.current().pid());
    }
}
