// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands in a fetched object's header in place of its key: which key of which call it answers, and what the store knows of
 * its bytes. docs/protocol.md, section 4.
 *
 * @param callId the number of the FETCH call
 * @param index which of the call's keys
 * @param digest the digest under which the object was stored, 0 where digests are off
 */
record FetchTicket(long callId, int index, long digest) {
    private static final Pattern TEXT = Pattern.compile("([0-9a-f]{1,15})\\.([0-9a-f]{1,7})\\.([0-9a-f]{1,16})");

    /** The ticket as a key. The digest, which differs most, stands last: headers share what they begin with. */
    String text() {
        return Long.toHexString(callId) + '.' + Integer.toHexString(index) + '.' + Long.toHexString(digest);
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws KvTransferException of kind PROTOCOL if the text is no ticket
     */
    static FetchTicket parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new KvTransferException(
                    FailureKind.PROTOCOL, "take a fetched object", "'" + text + "' is no ticket of a fetch");
        }
        return new FetchTicket(
                Long.parseLong(parts.group(1), 16),
                Integer.parseInt(parts.group(2), 16),
                Long.parseUnsignedLong(parts.group(3), 16));
    }
}
