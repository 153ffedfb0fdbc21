// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import dev.penstock.ports.transport.TransportConfig;
import dev.penstock.transport.testkit.ChildProcess;
import dev.penstock.transport.testkit.HostMemoryProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The directories of killed processes go; those of live ones stay, whoever looks at them. */
class LeftoversTest {
    @TempDir
    private Path place;

    private final List<ChildProcess> children = new ArrayList<>();
    private final List<KvTransport> transports = new ArrayList<>();

    @AfterEach
    void closeAll() {
        children.forEach(ChildProcess::kill);
        transports.forEach(KvTransport::close);
    }

    private KvTransport open(String name) {
        KvTransport transport = new LoopbackTransportProvider(place).open(new TransportConfig(name));
        transports.add(transport);
        return transport;
    }

    private ChildProcess child(String name) {
        ChildProcess child = new ChildProcess(
                PlacedProvider.class,
                HostMemoryProvider.class,
                name,
                List.of("-Xmx128m", "-XX:+UseSerialGC", PlacedProvider.jvmOption(place)),
                Duration.ofSeconds(30));
        children.add(child);
        return child;
    }

    /** The endpoints that have a directory, by name. */
    private List<String> endpoints() throws IOException {
        try (var paths = Files.walk(place, 2)) {
            return paths.map(path -> path.getFileName().toString())
                    .filter(name -> name.contains("~"))
                    .map(name -> name.substring(0, name.indexOf('~')))
                    .sorted()
                    .toList();
        }
    }

    private List<Path> inboxesOf(String writer) throws IOException {
        try (var paths = Files.walk(place)) {
            return paths.filter(path -> path.getFileName().toString().startsWith("inbox-" + writer + "~"))
                    .toList();
        }
    }

    @Test
    void shouldRemoveWhatAKilledProcessLeft() throws IOException {
        KvTransport witness = open("witness");
        ChildProcess child = child("victim");
        child.ask("region 1000000");
        child.ask("connect " + HexFormat.of().formatHex(witness.descriptor()));
        child.kill();
        assertThat(endpoints()).containsExactly("victim", "witness");
        assertThat(inboxesOf("victim")).hasSize(1);

        open("next");
        assertThat(endpoints()).containsExactly("next", "witness");
        assertThat(inboxesOf("victim")).isEmpty();
    }

    @Test
    void shouldRemoveWhatAKilledProcessLeftWhenAnotherProcessOpens() throws IOException {
        child("victim").kill();
        child("next");

        assertThat(endpoints()).containsExactly("next");
    }

    @Test
    void shouldNotTouchLiveEndpoints() throws IOException {
        KvTransport first = open("first");
        KvTransport second = open("second");
        // A file lock is lost when any channel on its file is closed: opening, connecting and leaving must not do that.
        Peer peer = first.connect(second.descriptor());
        second.disconnect(second.connect(first.descriptor()));
        first.disconnect(peer);
        open("third").close();

        ChildProcess one = child("one");
        ChildProcess two = child("two");
        one.ask("connect " + HexFormat.of().formatHex(first.descriptor()));
        two.ask("connect " + HexFormat.of().formatHex(second.descriptor()));
        two.ask("connect " + one.ask("descriptor"));
        assertThat(endpoints()).containsExactly("first", "one", "second", "two");
    }

    @Test
    void shouldRemoveDirectoriesInAnyState() throws IOException {
        open("opener").close();
        Path root;
        try (var roots = Files.list(place)) {
            root = roots.findAny().orElseThrow();
        }
        Files.createDirectory(root.resolve("empty~00000000000000aa~0000000000000001"));
        Path unlocked = Files.createDirectory(root.resolve("unlocked~00000000000000aa~0000000000000002"));
        Files.write(unlocked.resolve("lock"), new byte[1]);
        Files.write(unlocked.resolve("region-0"), new byte[100]);
        Path noLock = Files.createDirectory(root.resolve("nolock~00000000000000aa~0000000000000003"));
        Files.write(noLock.resolve("inbox-x"), new byte[100]);
        Path foreign = Files.createDirectory(root.resolve("something-else"));
        Path file = Files.write(root.resolve("file~00000000000000aa~0000000000000004"), new byte[1]);

        open("next");
        assertThat(endpoints()).containsExactly("file", "next");
        assertThat(foreign).exists();
        assertThat(file).exists();
    }

    @Test
    void shouldSurviveOpenersThatRace() throws Exception {
        open("opener").close();
        Path root;
        try (var roots = Files.list(place)) {
            root = roots.findAny().orElseThrow();
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 25; round++) {
                for (int i = 0; i < 4; i++) {
                    Path dead = Files.createDirectory(
                            root.resolve(String.format("dead~00000000000000bb~%08x%08x", round, i)));
                    Files.write(dead.resolve("lock"), new byte[1]);
                    Files.write(dead.resolve("region-0"), new byte[100]);
                }
                List<Callable<KvTransport>> openers = IntStream.range(0, 4)
                        .<Callable<KvTransport>>mapToObj(
                                i -> () -> new LoopbackTransportProvider(place).open(new TransportConfig("racer-" + i)))
                        .toList();
                for (Future<KvTransport> opened : threads.invokeAll(openers)) {
                    transports.add(opened.get());
                }
                open("last");
                assertThat(endpoints()).doesNotContain("dead").hasSize(transports.size() - 1);
                connectAll();
                transports.subList(1, transports.size()).forEach(KvTransport::close);
                transports.subList(1, transports.size()).clear();
            }
        } finally {
            threads.shutdown();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Only an endpoint whose directory is whole can be connected to. */
    private void connectAll() {
        KvTransport last = transports.get(transports.size() - 1);
        for (KvTransport transport : transports.subList(1, transports.size() - 1)) {
            last.disconnect(last.connect(transport.descriptor()));
        }
    }
}
