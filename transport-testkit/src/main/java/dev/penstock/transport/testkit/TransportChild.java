// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit;

import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.RegionIds;
import dev.penstock.ports.memory.SegmentList;
import dev.penstock.ports.transport.KvTransportProvider;
import dev.penstock.ports.transport.Peer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The other process of the {@link KvTransportTwoProcessContract}: opens a transport, polls it all the time, and does what
 * the lines on its standard input say. Each command is answered by one line that begins with {@value #OK} or
 * {@value #FAILED}. The end of the input ends the process, so that no child outlives its test.
 */
public final class TransportChild {
    /** Begins the answer to a command that worked; its result follows. */
    static final String OK = "child-ok";
    /** Begins the answer to a command that didn't; the reason follows. */
    static final String FAILED = "child-failed";

    private static final System.Logger LOG = System.getLogger(TransportChild.class.getName());
    private static final String END_OF_INPUT = "end of input";
    private static final int LAST_REGION_ID_ELSEWHERE = 100_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestNode node;
    private final PrintStream answers;
    private final Map<Integer, Region> regions = new HashMap<>();
    private final Pump pump = new Pump(PATIENCE);

    private TransportChild(TestNode node, PrintStream answers) {
        this.node = node;
        this.answers = answers;
    }

    /**
     * Runs until the input ends.
     *
     * @param args the class names of the transport's provider and the memory's, which have a public constructor without
     *     parameters, and the endpoint's name
     */
    public static void main(String[] args) throws ReflectiveOperationException {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        TestNode node = new TestNode(
                make(KvTransportProvider.class, args[0]),
                args[2],
                make(TestMemoryProvider.class, args[1]),
                regionIds());
        answers.println(OK + " open");
        new TransportChild(node, answers).serve(commandsFromInput());
    }

    private static <T> T make(Class<T> type, String name) throws ReflectiveOperationException {
        return Class.forName(name).asSubclass(type).getConstructor().newInstance();
    }

    /** Names that the other process doesn't use. */
    private static RegionIds regionIds() {
        RegionIds ids = new RegionIds();
        while (ids.next().value() < LAST_REGION_ID_ELSEWHERE) {
            // Only counts.
        }
        return ids;
    }

    private static ConcurrentLinkedQueue<String> commandsFromInput() {
        ConcurrentLinkedQueue<String> commands = new ConcurrentLinkedQueue<>();
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                        lines.lines().forEach(commands::add);
                    } catch (IOException | UncheckedIOException e) {
                        LOG.log(System.Logger.Level.ERROR, "the commands can't be read", e);
                    } finally {
                        commands.add(END_OF_INPUT);
                    }
                },
                "commands");
        reader.setDaemon(true);
        reader.start();
        return commands;
    }

    private void serve(ConcurrentLinkedQueue<String> commands) {
        int idle = 0;
        boolean open = true;
        for (String command = commands.poll(); !END_OF_INPUT.equals(command); command = commands.poll()) {
            if (command != null) {
                answer(command);
                open = open && !command.equals("close");
            }
            idle = command != null || (open && node.poll() > 0) ? 0 : idle + 1;
            Pump.rest(idle);
        }
    }

    private void answer(String command) {
        String answer;
        try {
            Iterator<String> words = Arrays.asList(command.split(" ", -1)).iterator();
            answer = OK + ' ' + perform(words.next(), words);
        } catch (RuntimeException | IOException | AssertionError e) {
            LOG.log(System.Logger.Level.ERROR, command, e);
            answer = FAILED + ' ' + e;
        }
        answers.println(answer.replace('\n', ' '));
    }

    private Object perform(String verb, Iterator<String> arguments) throws IOException {
        return switch (verb) {
            case "region" -> region(nextLong(arguments));
            case "descriptor" -> HexFormat.of().formatHex(node.transport().descriptor());
            case "connect" -> node.connect(nextBytes(arguments)).name();
            case "disconnect" -> done(() -> node.disconnect(lastPeer()));
            case "fill" -> {
                Region region = regionOf(arguments);
                long seed = nextLong(arguments);
                yield done(() ->
                        node.put(region, 0, TestBytes.random(new Random(seed), Math.toIntExact(region.lengthBytes()))));
            }
            case "crc" -> node.crc(regionOf(arguments), nextLong(arguments), (int) nextLong(arguments));
            case "write" -> {
                TestWrite write = write(arguments);
                pump.until("end of the write", write::isEnded, node);
                yield write;
            }
            case "begin" -> write(arguments);
            case "notify" -> {
                byte[] message = nextBytes(arguments);
                yield done(() -> node.send(lastPeer(), message));
            }
            case "take" -> take((int) nextLong(arguments));
            case "echo" -> done(() -> node.onMessage(this::echo));
            case "lost" -> {
                pump.untilLost(node, lastPeer());
                yield node.losses().size();
            }
            case "usage" -> ProcessUsage.now();
            case "close" -> done(() -> node.close(pump));
            default -> throw new IllegalArgumentException("no command " + verb);
        };
    }

    private static String done(Runnable action) {
        action.run();
        return "";
    }

    private int region(long lengthBytes) {
        Region region = node.region(lengthBytes);
        regions.put(region.id().value(), region);
        return region.id().value();
    }

    private static long nextLong(Iterator<String> arguments) {
        return Long.parseLong(arguments.next());
    }

    private static byte[] nextBytes(Iterator<String> arguments) {
        return HexFormat.of().parseHex(arguments.next());
    }

    private Peer lastPeer() {
        List<Peer> peers = node.peers();
        return peers.get(peers.size() - 1);
    }

    private Region regionOf(Iterator<String> arguments) {
        return regionOf((int) nextLong(arguments));
    }

    private Region regionOf(int regionId) {
        Region region = regions.get(regionId);
        if (region == null) {
            throw new IllegalArgumentException("no region " + regionId);
        }
        return region;
    }

    private TestWrite write(Iterator<String> arguments) {
        SegmentList segments = new SegmentList(1);
        segments.add(
                new RegionId((int) nextLong(arguments)),
                nextLong(arguments),
                new RegionId((int) nextLong(arguments)),
                nextLong(arguments),
                nextLong(arguments),
                0);
        return node.write(lastPeer(), segments, nextBytes(arguments));
    }

    private String take(int count) {
        pump.until(count + " messages", () -> node.messages().size() >= count, node);
        List<TestNode.Message> taken = node.messages().subList(0, count);
        String answer =
                String.join(",", taken.stream().map(TestNode.Message::hex).toList());
        taken.clear();
        return answer;
    }

    /** Sends back what came: the data of an {@link EchoRequest}, after a look at it, or else the message. */
    private void echo(Peer from, ByteBuffer message) {
        node.messages().clear();
        if (message.remaining() != EchoRequest.BYTES) {
            node.send(from, TestBytes.of(message));
            return;
        }
        EchoRequest request = EchoRequest.of(message);
        boolean asSent = node.crc(regionOf(request.region()), request.offset(), request.length()) == request.crc();
        SegmentList segments = new SegmentList(1);
        segments.add(
                new RegionId(request.region()),
                request.offset(),
                new RegionId(request.answerRegion()),
                request.offset(),
                request.length(),
                0);
        node.write(from, segments, new byte[] {(byte) (asSent ? 1 : 0)});
    }

    /**
     * The notification of data that is to be checked and sent back.
     *
     * @param region the child's region
     * @param offset where the data is, on both sides
     * @param length how long it is
     * @param crc its CRC-32C
     * @param answerRegion the region that it goes to
     */
    record EchoRequest(int region, int offset, int length, int crc, int answerRegion) {
        static final int BYTES = 5 * Integer.BYTES;

        static EchoRequest of(ByteBuffer message) {
            return new EchoRequest(
                    message.getInt(), message.getInt(), message.getInt(), message.getInt(), message.getInt());
        }

        byte[] bytes() {
            return ByteBuffer.allocate(BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(region)
                    .putInt(offset)
                    .putInt(length)
                    .putInt(crc)
                    .putInt(answerRegion)
                    .array();
        }
    }
}
