// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.wire.CreditWriter;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.control.RingGeometry;
import dev.penstock.ports.transport.KvTransport;
import dev.penstock.ports.transport.Peer;
import java.util.ArrayDeque;
import java.util.function.IntSupplier;

/** What a receiver tells its sender: which pages it may write, how far its parts are consumed, and which objects are rejected. */
final class CreditIssuer {
    private final KvTransport transport;
    private final Peer peer;
    private final long epoch;
    private final GrantedPages granted;
    private final IntSupplier emptyPages;
    /** Pages that are granted at a time. */
    private final int window;

    private final CreditWriter writer = new CreditWriter();
    private final int[] newCredits = new int[CreditWriter.MAX_PAGES];
    private int newCreditCount;
    private final ArrayDeque<Rejection> rejections = new ArrayDeque<>();
    private long announcedThrough;
    private long nextCredit = 1;

    private record Rejection(long number, FailureKind kind) {}

    CreditIssuer(
            PipeConfig config,
            KvTransport transport,
            Peer peer,
            long epoch,
            GrantedPages granted,
            RingGeometry geometry,
            IntSupplier emptyPages) {
        this.transport = transport;
        this.peer = peer;
        this.epoch = epoch;
        this.granted = granted;
        this.emptyPages = emptyPages;
        this.window = Math.min(Math.min(config.creditWindowPages(), geometry.pages()), SequenceWindow.PARTS);
    }

    /** An object does not reach the sink: its sender is to know. */
    void reject(long number, FailureKind kind) {
        rejections.add(new Rejection(number, kind));
    }

    /** Grants as many empty pages as the window takes. Returns how many. */
    int grant() {
        int work = 0;
        while (granted.count() < window && newCreditCount < newCredits.length) {
            int page = emptyPages.getAsInt();
            if (page < 0) {
                break;
            }
            granted.grant(page);
            newCredits[newCreditCount++] = page;
            work++;
        }
        return work;
    }

    /** Sends what is new, if anything is. Returns whether that was so, as 1 or 0. */
    int announce(long consumedThrough) {
        if (newCreditCount == 0 && consumedThrough == announcedThrough) {
            return 0;
        }
        // A rejection may come before its part is consumed, but not after: the sender would take it for acknowledged.
        int rejected = Math.min(rejections.size(), CreditWriter.MAX_REJECTIONS);
        long through = rejected == rejections.size() ? consumedThrough : announcedThrough;
        writer.begin(epoch, nextCredit++, through);
        for (int i = 0; i < newCreditCount; i++) {
            writer.grant(newCredits[i]);
        }
        newCreditCount = 0;
        writer.rejections(rejected);
        for (int i = 0; i < rejected; i++) {
            Rejection rejection = rejections.remove();
            writer.reject(rejection.number(), rejection.kind());
        }
        announcedThrough = through;
        transport.submitNotification(peer, writer.end());
        return 1;
    }
}
