// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.control;

import dev.penstock.ports.control.BackendCall;
import dev.penstock.ports.control.BackendOperation;
import dev.penstock.ports.control.BackendReply;
import dev.penstock.ports.control.ControlMessage;
import dev.penstock.ports.control.Goodbye;
import dev.penstock.ports.control.Heartbeat;
import dev.penstock.ports.control.Hello;
import dev.penstock.ports.control.Mismatch;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.control.Ready;
import dev.penstock.ports.control.Refusal;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.control.SessionTerms;
import dev.penstock.ports.control.Welcome;
import dev.penstock.ports.memory.RegionId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Random messages of every kind, with their fields anywhere in what is allowed, limits included. */
public final class ControlMessages {
    /** How many kinds there are. */
    public static final int KINDS = 8;

    private static final int MAX_REASON = 4096;
    private static final String NODE_CHARS = "ABCXYZabcxyz0189._-";

    private ControlMessages() {}

    /** A message of any kind. */
    public static ControlMessage random(Random random) {
        return ofKind(random.nextInt(KINDS), random);
    }

    /** A message of a kind, 0 to {@link #KINDS} - 1. */
    public static ControlMessage ofKind(int kind, Random random) {
        return switch (kind) {
            case 0 -> hello(random);
            case 1 -> new Welcome(random.nextLong() | 1, node(random), descriptor(random), ring(random));
            case 2 -> refusal(random);
            case 3 -> new Ready(number(random));
            case 4 -> new Heartbeat(number(random));
            case 5 -> new Goodbye(number(random), text(random, MAX_REASON));
            case 6 -> call(random);
            case 7 -> reply(random);
            default -> throw new IllegalArgumentException("kind " + kind);
        };
    }

    /** What a message holds, in a form that {@code equals} compares by content, descriptors included. */
    public static List<Object> contents(ControlMessage message) {
        if (message instanceof Hello hello) {
            return List.of(
                    hello.protocolVersion(),
                    hello.node(),
                    hello.terms(),
                    ByteBuffer.wrap(hello.descriptor()),
                    hello.ring());
        }
        if (message instanceof Welcome welcome) {
            return List.of(welcome.epoch(), welcome.node(), ByteBuffer.wrap(welcome.descriptor()), welcome.ring());
        }
        return List.of(message);
    }

    private static Hello hello(Random random) {
        SessionTerms terms = new SessionTerms(
                term(random),
                term(random),
                term(random),
                term(random),
                term(random),
                term(random),
                random.nextInt() >>> (1 + random.nextInt(31)),
                term(random),
                term(random));
        return new Hello(
                1 + (random.nextInt() >>> (1 + random.nextInt(30))) / 2,
                node(random),
                terms,
                descriptor(random),
                ring(random));
    }

    private static Refusal refusal(Random random) {
        List<Mismatch> mismatches = new ArrayList<>();
        for (int i = random.nextInt(10); i > 0; i--) {
            mismatches.add(new Mismatch(term(random), term(random), term(random)));
        }
        return new Refusal(text(random, MAX_REASON), mismatches);
    }

    private static BackendCall call(Random random) {
        BackendOperation[] operations = BackendOperation.values();
        List<String> keys = new ArrayList<>();
        for (int i = random.nextInt(random.nextInt(20) == 0 ? BackendCall.MAX_KEYS + 1 : 20); i > 0; i--) {
            // A char is at most 3 bytes of UTF-8.
            keys.add("k" + text(random, random.nextInt(200) == 0 ? BackendCall.MAX_KEY_BYTES / 3 - 1 : 40));
        }
        BackendOperation operation = operations[random.nextInt(operations.length)];
        long leaseNanos = operation == BackendOperation.LEASE ? 1 + (random.nextLong() & Long.MAX_VALUE - 1) : 0;
        return new BackendCall(number(random), operation, keys, leaseNanos);
    }

    private static BackendReply reply(Random random) {
        List<Boolean> hits = new ArrayList<>();
        for (int i = random.nextInt(random.nextInt(20) == 0 ? BackendCall.MAX_KEYS + 1 : 20); i > 0; i--) {
            hits.add(random.nextBoolean());
        }
        return new BackendReply(number(random), hits);
    }

    private static NodeId node(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(64); i > 0; i--) {
            text.append(NODE_CHARS.charAt(random.nextInt(NODE_CHARS.length())));
        }
        return new NodeId(text.toString());
    }

    private static byte[] descriptor(Random random) {
        byte[] bytes = new byte
                [random.nextInt(20) == 0 ? Hello.MAX_DESCRIPTOR_BYTES : random.nextInt(random.nextInt(5000) + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Optional<RingGeometry> ring(Random random) {
        if (random.nextInt(3) == 0) {
            return Optional.empty();
        }
        long units = RingGeometry.MAX_PAGE_BYTES / RingGeometry.ALIGNMENT;
        return Optional.of(new RingGeometry(
                new RegionId(1 + (random.nextInt() >>> (1 + random.nextInt(30))) / 2),
                RingGeometry.ALIGNMENT
                        * (random.nextInt(10) == 0 ? units : 1 + Math.floorMod(random.nextLong(), units)),
                random.nextInt(10) == 0 ? RingGeometry.MAX_PAGES : 1 + random.nextInt(RingGeometry.MAX_PAGES)));
    }

    /** Small and large numbers, negative ones too: ids and epochs are 64 bits of no meaning to the control plane. */
    private static long number(Random random) {
        return random.nextLong() >> random.nextInt(64);
    }

    private static String term(Random random) {
        return text(random, SessionTerms.MAX_TEXT);
    }

    /** Mostly short and plain, at times long, at times with characters of up to four bytes of UTF-8. */
    private static String text(Random random, int maxChars) {
        int length =
                random.nextInt(10) == 0 ? random.nextInt(maxChars + 1) : random.nextInt(Math.min(maxChars, 30) + 1);
        boolean plain = random.nextInt(4) != 0;
        StringBuilder text = new StringBuilder(length);
        while (text.length() < length) {
            int character = plain ? ' ' + random.nextInt(95) : random.nextInt(Character.MAX_CODE_POINT + 1);
            boolean fits = Character.charCount(character) <= length - text.length();
            boolean surrogate = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
            if (fits && !surrogate) {
                text.appendCodePoint(character);
            }
        }
        return text.toString();
    }
}
