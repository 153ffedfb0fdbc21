// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.pipe;

import dev.penstock.domain.wire.PartEntry;
import dev.penstock.domain.wire.PartReader;
import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.RingGeometry;
import org.jspecify.annotations.Nullable;

/** Puts objects together from the pieces that parts announce, one object after the other. */
final class ObjectAssembly {
    private final PipeReceiver pipe;
    private final boolean digest;
    private final ArrivingObjects objects;

    /** The object whose last piece has not come. */
    private @Nullable ArrivingObject arriving;

    private long nextObject = 1;

    ObjectAssembly(PipeReceiver pipe, boolean digest, ArrivingObjects objects) {
        this.pipe = pipe;
        this.digest = digest;
        this.objects = objects;
    }

    /** The object whose last piece has not come, or null. */
    @Nullable
    ArrivingObject arriving() {
        return arriving;
    }

    /**
     * Takes the piece under the reader as the part's next entry.
     *
     * @throws KvTransferException of kind PROTOCOL if it can't follow those before it; the session must fail then
     */
    void take(ArrivedPart part, PartReader reader) {
        ArrivingObject object = arriving;
        if (reader.has(PartEntry.FIRST)) {
            if (object != null) {
                throw endsEarly(object);
            }
            object = new ArrivingObject(pipe, nextObject++, reader.header(), reader.objectBytes());
            objects.begin(object);
        } else if (object == null) {
            throw protocol("a piece of no object");
        }
        if (reader.pieceBytes() > object.lengthBytes() - object.arrivedBytes) {
            throw protocol("object " + object.number() + " is longer than its " + object.lengthBytes() + " bytes");
        }
        int entry = part.entries++;
        part.object[entry] = object;
        part.pieceOffset[entry] = reader.pieceOffset();
        part.pieceBytes[entry] = reader.pieceBytes();
        object.arrivedBytes += reader.pieceBytes();
        object.arrivedPieces++;
        if (!reader.has(PartEntry.LAST)) {
            if (reader.pieceBytes() % RingGeometry.ALIGNMENT != 0) {
                throw protocol("a piece of " + reader.pieceBytes() + " bytes that is not the last one");
            }
            arriving = object;
            return;
        }
        if (object.arrivedBytes != object.lengthBytes()) {
            throw endsEarly(object);
        }
        end(object, reader);
        part.lastEnding = object.number();
        arriving = null;
    }

    private void end(ArrivingObject object, PartReader reader) {
        object.abandoned = reader.has(PartEntry.ABANDONED);
        object.hasDigest = reader.has(PartEntry.DIGEST);
        object.expectedDigest = object.hasDigest ? reader.digest() : 0;
        if (!object.abandoned && object.hasDigest != digest) {
            throw protocol("object " + object.number() + (object.hasDigest ? " has a digest" : " has no digest"));
        }
        object.whole = true;
    }

    private static KvTransferException endsEarly(ArrivingObject object) {
        return protocol("object " + object.number() + " ends after " + object.arrivedBytes + " of "
                + object.lengthBytes() + " bytes");
    }

    private static KvTransferException protocol(String what) {
        return new KvTransferException(FailureKind.PROTOCOL, "take a part", what);
    }
}
