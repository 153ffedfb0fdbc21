// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One object on its way in. */
public final class ArrivingObject {
    private final PipeReceiver pipe;
    private final long number;
    private final byte[] header;
    private final long lengthBytes;

    /** Null if all of it is moved elsewhere. */
    private @Nullable HeldPiece firstHeld;

    private @Nullable HeldPiece lastHeld;
    private int heldPages;

    private long digest;
    private boolean settled;

    @Nullable
    Placement placement;
    /** The sink gave it a place, and so is to hear of it again. */
    boolean accepted;

    long arrivedBytes;
    long placedBytes;
    int arrivedPieces;
    int placedPieces;
    /** Pieces whose move or check was not completed. */
    int pendingPieces;

    boolean whole;
    boolean abandoned;
    long expectedDigest;
    boolean hasDigest;

    @Nullable
    FailureKind rejection;

    ArrivingObject(PipeReceiver pipe, long number, byte[] header, long lengthBytes) {
        this.pipe = pipe;
        this.number = number;
        this.header = header;
        this.lengthBytes = lengthBytes;
    }

    /** 1 for the first object of the pipe, and so on. */
    public long number() {
        return number;
    }

    /** What the sender said about it. Not to be changed. */
    public byte[] header() {
        return header;
    }

    /** How many bytes it has. */
    public long lengthBytes() {
        return lengthBytes;
    }

    /** Where its bytes are, in order, if it stays in place: one span for an object that was not cut by a page's end. */
    public List<Span> pieces() {
        return firstHeld == null ? List.of() : firstHeld.spans();
    }

    /** The pages of {@link #pieces}, each once. */
    public int[] pages() {
        IntStream.Builder pages = IntStream.builder();
        forEachHeldPage(pages);
        return pages.build().toArray();
    }

    /** Its digest, as computed from the bytes that arrived; 0 where digests are off. */
    public long digest() {
        return digest;
    }

    /**
     * The receiver is done with it: it owns the bytes, or does not need them any more. From here on the pages are free to be
     * granted again, unless somebody else retained them. On the loop's thread; the second time does nothing.
     */
    public void settle() {
        if (!settled) {
            settled = true;
            pipe.settled(this);
        }
    }

    boolean isSettled() {
        return settled;
    }

    void addDigest(long value) {
        digest += value;
    }

    /**
     * Keeps a piece where it arrived.
     *
     * @return whether its page was not held before
     */
    boolean hold(int page, RegionId region, long offsetBytes, long bytes) {
        HeldPiece last = lastHeld;
        boolean isNew = last == null || !last.isIn(page);
        if (last == null) {
            last = new HeldPiece(page, region, offsetBytes, bytes);
            firstHeld = last;
        } else {
            last = last.append(page, region, offsetBytes, bytes);
        }
        lastHeld = last;
        if (isNew) {
            heldPages++;
        }
        return isNew;
    }

    /** How many pages it holds. */
    int heldPages() {
        return heldPages;
    }

    /** Tells the pages that it holds, each once. */
    void forEachHeldPage(IntConsumer visitor) {
        if (firstHeld != null) {
            firstHeld.forEachPage(visitor);
        }
    }

    /** Its pieces are given up. */
    void forgetPieces() {
        firstHeld = null;
        lastHeld = null;
        heldPages = 0;
    }

    boolean ready() {
        return whole && pendingPieces == 0 && placedPieces == arrivedPieces;
    }
}
