// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names one incarnation of an endpoint. Its directory's name is made of it, and because of the nonce no directory has a
 * name that another had before.
 *
 * @param name the endpoint's name
 * @param process the {@linkplain ThisProcess#TOKEN token} of its process
 * @param nonce random
 */
record EndpointAddress(String name, long process, long nonce) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern DIRECTORY = Pattern.compile("(" + NAME + ")~([0-9a-f]{16})~([0-9a-f]{16})");

    /** Checks the name: it comes from a peer and becomes part of a path. */
    EndpointAddress {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no endpoint name");
        }
    }

    /** The endpoint of that directory, or empty if no endpoint has such a directory. */
    static Optional<EndpointAddress> ofDirectory(String directoryName) {
        Matcher matcher = DIRECTORY.matcher(directoryName);
        return matcher.matches()
                ? Optional.of(new EndpointAddress(
                        matcher.group(1),
                        HexFormat.fromHexDigitsToLong(matcher.group(2)),
                        HexFormat.fromHexDigitsToLong(matcher.group(3))))
                : Optional.empty();
    }

    /** Whether the endpoint belongs to this process. */
    boolean isOfThisProcess() {
        return process == ThisProcess.TOKEN;
    }

    String directoryName() {
        HexFormat hex = HexFormat.of();
        return name + '~' + hex.toHexDigits(process) + '~' + hex.toHexDigits(nonce);
    }

    /** The name, in the reader's directory, of the mailbox that this endpoint writes. */
    String inboxName() {
        return "inbox-" + directoryName();
    }
}
