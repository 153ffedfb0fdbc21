// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.simulation;

import dev.penstock.adapter.host.HostMemory;
import dev.penstock.adapter.host.HostPagedKvMover;
import dev.penstock.domain.page.PagePool;
import dev.penstock.domain.pipe.ObjectSink;
import dev.penstock.domain.pipe.PipePorts;
import dev.penstock.domain.session.Acceptor;
import dev.penstock.domain.session.Inbound;
import dev.penstock.domain.session.Node;
import dev.penstock.domain.session.Ring;
import dev.penstock.domain.session.Session;
import dev.penstock.domain.session.SessionHandler;
import dev.penstock.domain.session.SessionPlan;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.Metric;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.control.SessionTerms;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.Span;
import dev.penstock.transport.testkit.simulation.DelayingMemory;
import dev.penstock.transport.testkit.simulation.SimulatedProcess;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One node of a {@link Pair}. */
public final class PairEnd implements SessionHandler {
    private static final ControlAddress ADDRESS = new ControlAddress("pair", 1);

    private final SimulatedProcess process;
    private final DelayingMemory memory;
    private final RecordingTransport transport;
    private final Node node;
    private final Map<Metric, Long> counts = new EnumMap<>(Metric.class);
    private final List<String> log = new ArrayList<>();
    private final List<Region> lent = new ArrayList<>();
    private @Nullable Session session;
    private @Nullable KvTransferException failure;
    private SessionTerms terms = Pair.TERMS;

    PairEnd(Pair pair, String name, int incarnation) {
        process = pair.world().start(name + "." + incarnation);
        HostMemory exact = new HostMemory(process.hostRegions());
        memory = process.delaying(exact, new HostPagedKvMover(exact));
        transport = new RecordingTransport(process.transport());
        node = new Node(
                new NodeId(name),
                new PipePorts(
                        memory, memory.mover(), transport, (metric, delta) -> counts.merge(metric, delta, Long::sum)),
                process.controlPlane(),
                pair.world().clock(),
                pair.world().epochs(),
                pair.config());
    }

    public SimulatedProcess process() {
        return process;
    }

    public Node node() {
        return node;
    }

    public DelayingMemory memory() {
        return memory;
    }

    /** The parts that this end has posted. */
    public List<RecordingTransport.Part> parts() {
        return transport.parts();
    }

    /** How many of them were prepared. */
    public int preparedParts() {
        return transport.preparedParts();
    }

    public long count(Metric metric) {
        return counts.getOrDefault(metric, 0L);
    }

    /** What happened to sessions: opened, closed and failed, with the reason behind the last two. */
    public List<String> log() {
        return log;
    }

    /** The session that was opened last. */
    public Session session() {
        return Objects.requireNonNull(session);
    }

    /** Why a session failed. */
    public KvTransferException failure() {
        return Objects.requireNonNull(failure, () -> "no session failed: " + log);
    }

    public PairEnd withTerms(SessionTerms other) {
        terms = other;
        return this;
    }

    void listen(Supplier<Inbound> inbound) {
        node.listen(ADDRESS, new Acceptor() {
            @Override
            public SessionTerms terms() {
                return terms;
            }

            @Override
            public SessionPlan plan(Hello hello) {
                return PairEnd.this.plan(Optional.of(inbound.get()), 1);
            }
        });
    }

    /** Asks for a session. */
    public Session connect(long sendRingBytes) {
        return node.connect(ADDRESS, plan(Optional.empty(), sendRingBytes));
    }

    private SessionPlan plan(Optional<Inbound> inbound, long sendRingBytes) {
        return new SessionPlan(terms, inbound, pageBytes -> Ring.allocate(memory, transport, sendRingBytes), this);
    }

    Inbound ring(long ringBytes, long pageBytes, ObjectSink sink) {
        return Inbound.ring(Ring.allocate(memory, transport, ringBytes), pageBytes, sink);
    }

    PagePool store(long pageBytes, int pages) {
        Region region = memory.allocate(pageBytes * pages);
        transport.register(region);
        lent.add(region);
        return new PagePool(region, pageBytes);
    }

    Inbound inboundOf(PagePool pool, ObjectSink sink) {
        return Inbound.store(pool, pool::take, sink);
    }

    /** Memory of the test's own, freed at the end. */
    public Span region(long lengthBytes) {
        Region region = memory.allocate(Math.max(1, lengthBytes));
        lent.add(region);
        return region.span().slice(0, lengthBytes);
    }

    /** Memory with the contents of an object. */
    public Span contents(int number, int lengthBytes) {
        Span span = region(lengthBytes);
        memory.write(ByteBuffer.wrap(Contents.of(number, lengthBytes)), span);
        return span;
    }

    public byte[] read(Span span) {
        ByteBuffer bytes = ByteBuffer.allocate((int) span.lengthBytes());
        memory.read(span, bytes);
        return bytes.array();
    }

    int step() {
        return process.isAlive() ? node.step() : 0;
    }

    void finish() {
        for (Region region : lent) {
            transport.deregister(region.id());
            memory.free(region.id());
        }
        process.controlPlane().close();
        process.transport().close();
        process.requireNoLeaks();
    }

    @Override
    public void opened(Session opened) {
        session = opened;
        log.add("opened");
    }

    @Override
    public void closed(Session closed, String reason) {
        log.add("closed " + reason);
    }

    @Override
    public void failed(Session failed, KvTransferException cause) {
        failure = cause;
        log.add("failed " + cause.kind());
    }
}
