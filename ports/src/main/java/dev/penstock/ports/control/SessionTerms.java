// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What both sides of a session must have the same, so that bytes of one mean the same to the other. Free text where it
 * says so; compared exactly.
 *
 * @param service what the session is for, such as {@code backend}
 * @param transport the transport's protocol
 * @param memoryKind where the rings are, such as {@code host}
 * @param model the model's name, or empty if any object goes
 * @param layout the objects' axis order and shape, such as {@code [32,2,256,1024]}, or empty
 * @param dtype the element type, such as {@code bfloat16}, or empty
 * @param chunkTokens tokens per chunk, 0 if there are no chunks
 * @param hash the chunk hash with everything that changes its values: algorithm, seed, salt's fingerprint; or empty
 * @param digest the digest's name, or {@code off}
 */
public record SessionTerms(
        String service,
        String transport,
        String memoryKind,
        String model,
        String layout,
        String dtype,
        int chunkTokens,
        String hash,
        String digest) {

    /** The longest of the texts, in characters. */
    public static final int MAX_TEXT = 512;

    /** Checks that nothing is missing or too long. */
    public SessionTerms {
        for (String text : List.of(service, transport, memoryKind, model, layout, dtype, hash, digest)) {
            if (text.length() > MAX_TEXT) {
                throw new IllegalArgumentException("a term of " + text.length() + " characters; at most " + MAX_TEXT);
            }
        }
        if (chunkTokens < 0) {
            throw new IllegalArgumentException("chunkTokens " + chunkTokens);
        }
    }

    /** The terms in which {@code theirs} differs from this, in a fixed order; empty if the two fit. */
    public List<Mismatch> mismatches(SessionTerms theirs) {
        List<Mismatch> differing = new ArrayList<>();
        compare(differing, "service", service, theirs.service);
        compare(differing, "transport", transport, theirs.transport);
        compare(differing, "memory kind", memoryKind, theirs.memoryKind);
        compare(differing, "model", model, theirs.model);
        compare(differing, "layout", layout, theirs.layout);
        compare(differing, "dtype", dtype, theirs.dtype);
        compare(differing, "chunk size", Integer.toString(chunkTokens), Integer.toString(theirs.chunkTokens));
        compare(differing, "hash", hash, theirs.hash);
        compare(differing, "digest", digest, theirs.digest);
        return differing;
    }

    private static void compare(List<Mismatch> differing, String term, String ours, String theirs) {
        if (!Objects.equals(ours, theirs)) {
            differing.add(new Mismatch(term, ours, theirs));
        }
    }
}
