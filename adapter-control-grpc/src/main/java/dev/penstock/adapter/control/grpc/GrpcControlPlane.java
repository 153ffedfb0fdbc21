// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.control.grpc;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.ControlEvents;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlMessage;
import dev.penstock.ports.control.ControlPlane;
import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.SingleThreadIoEventLoop;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The control plane over gRPC: each link is one two-way streaming call of the service in control.proto. One thread of its
 * own, {@code penstock-control-…}, does all input and output, for the links that it accepts and for those that it opens;
 * it ends with {@link #close}.
 *
 * <p>It speaks plaintext, and therefore with loopback addresses only. What peers send is limited: {@value
 * ControlPlane#MAX_MESSAGE_BYTES} bytes a message, a few messages per link ahead of the loop, {@value
 * #MAX_ACCEPTED_LINKS} links. A link beyond them is refused, which its initiator sees as {@code closed}.
 */
public final class GrpcControlPlane implements ControlPlane {
    /** The most links from peers at one time. */
    public static final int MAX_ACCEPTED_LINKS = 64;

    /** How long what was sent before a close may take to leave. */
    static final Duration LINGER = Duration.ofMillis(500);

    /** How long a connection may be silent before it is asked for a sign of life; gRPC allows an initiator no less. */
    static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

    /**
     * For the sign of life. Longer than the silence after which a session gives its peer up: a process that takes gigabytes of
     * memory from a busy host may stand still for seconds, and a dead one closes its connection at once.
     */
    private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(12);

    private static final Duration STOP_TIMEOUT = Duration.ofMillis(300);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration IDLE_CONNECTION_TIMEOUT = Duration.ofSeconds(10);
    private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;
    private static final int MAX_METADATA_BYTES = 8 << 10;

    /** Compressed messages are refused: nodes send none, and small ones can be made to grow large. */
    private static final DecompressorRegistry NO_COMPRESSION =
            DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);

    private final int maxAcceptedLinks;
    private final Duration acceptorsKeepAlive;
    private final EventLoop eventLoop;
    private final Queue<PlaneEvent> inbox = new ConcurrentLinkedQueue<>();
    private final Set<GrpcLink> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger acceptedLinks = new AtomicInteger();
    private volatile boolean closed;
    private @Nullable Server server;

    /** A control plane that neither listens nor has a link; nothing runs yet. */
    public GrpcControlPlane() {
        this(MAX_ACCEPTED_LINKS, KEEP_ALIVE);
    }

    /**
     * One that accepts fewer links, or loses patience with silent initiators sooner.
     *
     * @param acceptorsKeepAlive how long a connection that it accepted may be silent before it asks for a sign of life
     */
    GrpcControlPlane(int maxAcceptedLinks, Duration acceptorsKeepAlive) {
        this.maxAcceptedLinks = maxAcceptedLinks;
        this.acceptorsKeepAlive = acceptorsKeepAlive;
        NettySettings.apply();
        // One loop and no group of loops: a group tells its end through a global thread of Netty's, which is no daemon,
        // so that the JVM would live on for a second.
        eventLoop = new SingleThreadIoEventLoop(
                null, new DefaultThreadFactory("penstock-control", true), NioIoHandler.newFactory());
    }

    @Override
    public ControlAddress listen(ControlAddress address) {
        checkOpen();
        if (server != null) {
            throw new IllegalStateException("it listens already");
        }
        String operation = "listen for nodes";
        InetSocketAddress socketAddress = LoopbackAddress.of(address, operation);
        Server starting = NettyServerBuilder.forAddress(socketAddress)
                .channelType(NioServerSocketChannel.class)
                .bossEventLoopGroup(eventLoop)
                .workerEventLoopGroup(eventLoop)
                .directExecutor()
                .decompressorRegistry(NO_COMPRESSION)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                .maxConcurrentCallsPerConnection(maxAcceptedLinks)
                .handshakeTimeout(HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionIdle(IDLE_CONNECTION_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTime(acceptorsKeepAlive.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .addStreamTracerFactory(new CallEnd.Factory())
                .addService(ServerServiceDefinition.builder(LinkProtocol.SERVICE)
                        .addMethod(LinkProtocol.LINK, this::accept)
                        .build())
                .build();
        try {
            starting.start();
        } catch (IOException failure) {
            starting.shutdownNow();
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            throw new KvTransferException(
                    FailureKind.UNAVAILABLE,
                    operation,
                    address + " can't be listened at (" + cause.getMessage()
                            + "): stop what uses it, or choose another port; with port 0 the system chooses one",
                    failure);
        }
        server = starting;
        return new ControlAddress(address.host(), starting.getPort());
    }

    @Override
    public ControlLink connect(ControlAddress address) {
        checkOpen();
        InetSocketAddress socketAddress;
        try {
            socketAddress = LoopbackAddress.of(address, "connect to a node");
        } catch (KvTransferException notAllowed) {
            RefusedLink refused = new RefusedLink(address.toString(), inbox);
            refused.ended(notAllowed);
            return refused;
        }
        ManagedChannel channel = NettyChannelBuilder.forAddress(socketAddress)
                .channelType(NioSocketChannel.class)
                .eventLoopGroup(eventLoop)
                .directExecutor()
                .usePlaintext()
                .disableRetry()
                .decompressorRegistry(NO_COMPRESSION)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                .keepAliveTime(KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .build();
        InitiatedLink link = new InitiatedLink(address.toString(), inbox, channel, eventLoop);
        links.add(link);
        link.start();
        return link;
    }

    @Override
    public void send(ControlLink link, ControlMessage message) {
        own(link).send(ControlEncoder.encode(message));
    }

    @Override
    public void close(ControlLink link) {
        own(link).close();
    }

    @Override
    public int poll(ControlEvents events, int limit) {
        int reported = 0;
        while (reported < limit && !closed) {
            PlaneEvent event = inbox.poll();
            if (event == null) {
                break;
            }
            GrpcLink link = event.link();
            if (event instanceof PlaneEvent.Ended) {
                forget(link);
            }
            if (!link.isClosedHere()) {
                if (event instanceof PlaneEvent.Arrived) {
                    link.taken();
                }
                reported++;
                event.report(events);
            }
        }
        return reported;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        links.forEach(GrpcLink::close);
        Server listening = server;
        if (listening != null) {
            listening.shutdown();
        }
        boolean interrupted = false;
        try {
            long deadlineNs = System.nanoTime() + LINGER.toNanos();
            for (GrpcLink link : links) {
                if (link instanceof InitiatedLink initiated) {
                    initiated.awaitClosed(deadlineNs - System.nanoTime());
                }
            }
            if (listening != null) {
                listening.awaitTermination(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException stopWaiting) {
            interrupted = true;
        }
        for (GrpcLink link : links) {
            if (link instanceof InitiatedLink initiated) {
                initiated.closeNow();
            }
        }
        if (listening != null) {
            listening.shutdownNow();
        }
        Future<?> stopped = eventLoop.shutdownGracefully(0, STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        try {
            stopped.await(STOP_TIMEOUT.toMillis());
        } catch (InterruptedException stopWaiting) {
            interrupted = true;
        }
        links.clear();
        inbox.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes a link from a peer. On gRPC's thread. */
    private ServerCall.Listener<byte[]> accept(ServerCall<byte[], byte[]> call, Metadata headers) {
        if (acceptedLinks.incrementAndGet() > maxAcceptedLinks) {
            acceptedLinks.decrementAndGet();
            call.close(
                    Status.UNAVAILABLE.withDescription("it has " + maxAcceptedLinks + " links and takes no more"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        AcceptedLink link = new AcceptedLink(
                text(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)), inbox, call, CallEnd.current());
        link.peerSpeaks(LinkProtocol.version(headers));
        links.add(link);
        return link.start();
    }

    private static String text(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress internet && internet.getAddress() != null
                ? new ControlAddress(internet.getAddress().getHostAddress(), internet.getPort()).toString()
                : String.valueOf(address);
    }

    /** A link's last event was taken: only now may a peer have another in its place. */
    private void forget(GrpcLink link) {
        links.remove(link);
        if (link instanceof AcceptedLink) {
            acceptedLinks.decrementAndGet();
        }
    }

    private GrpcLink own(ControlLink link) {
        return (GrpcLink) Objects.requireNonNull(link, "link");
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the control plane is closed");
        }
    }
}
