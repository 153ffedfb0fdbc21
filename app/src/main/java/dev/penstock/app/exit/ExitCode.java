// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.exit;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The program's exit codes. */
public enum ExitCode {
    /** Everything arrived, once, in order, right in every byte. */
    OK(0, "all objects arrived once, in order, every byte right"),
    /** It did not. */
    VERIFICATION_FAILED(1, "verification failed: an object was lost, came twice, out of order or with a wrong byte"),
    /** The command line is wrong. */
    BAD_ARGUMENTS(2, "the command line is wrong"),
    /** Something that is needed is missing on this host. */
    UNAVAILABLE(3, "something is missing on this host, such as a free port, a transport or a JDK"),
    /** The other side is not there, or not any more. */
    PEER_LOST(4, "the other side did not come, was lost, left, or made no progress within the timeout"),
    /** The two sides do not fit each other. */
    REFUSED(5, "the two sides do not fit: shape, dtype, chunk size, digest, version or another term differs"),
    /** There is no room. */
    CAPACITY(6, "it does not fit into memory"),
    /** A bug. */
    INTERNAL(70, "internal error"),
    /** Ctrl-C or SIGTERM. */
    INTERRUPTED(130, "interrupted");

    /** The worst first: what explains the others comes before what follows from it. */
    private static final List<ExitCode> BY_WEIGHT = List.of(
            INTERNAL, VERIFICATION_FAILED, CAPACITY, UNAVAILABLE, BAD_ARGUMENTS, INTERRUPTED, REFUSED, PEER_LOST, OK);

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** The number that the system is told. */
    public int code() {
        return code;
    }

    /** The codes and what they mean, in the order of their numbers. */
    public static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        for (ExitCode exit : values()) {
            meanings.put(Integer.toString(exit.code), exit.meaning);
        }
        return meanings;
    }

    /** The code of a failure. */
    public static ExitCode of(FailureKind kind) {
        return switch (kind) {
            case CORRUPTED -> VERIFICATION_FAILED;
            case UNAVAILABLE -> UNAVAILABLE;
            case PEER_LOST, TIMEOUT, CLOSED -> PEER_LOST;
            case REFUSED, PROTOCOL -> REFUSED;
            case CAPACITY -> CAPACITY;
            case NATIVE -> INTERNAL;
        };
    }

    /** The code of whatever ended a run. */
    public static ExitCode of(Throwable failure) {
        if (failure instanceof KvTransferException transfer) {
            return of(transfer.kind());
        }
        return failure instanceof RunFailure run ? run.exit() : INTERNAL;
    }

    /** What a process of this program meant by its code. One that was killed is lost to the others; so is its code. */
    public static ExitCode ofProcess(int code) {
        for (ExitCode exit : values()) {
            if (exit.code == code) {
                return exit;
            }
        }
        return code > 128 ? PEER_LOST : INTERNAL;
    }

    /** The code of a run whose processes ended with these: the cause goes before its consequences. */
    public static ExitCode worst(Collection<ExitCode> exits) {
        for (ExitCode exit : BY_WEIGHT) {
            if (exits.contains(exit)) {
                return exit;
            }
        }
        return OK;
    }
}
