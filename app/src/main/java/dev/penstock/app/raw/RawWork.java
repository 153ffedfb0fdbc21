// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.raw;

import java.util.Locale;

/** What a processor does with every byte of an object, whoever organizes it. */
public enum RawWork {
    /** Reads it at one place and writes it at another. */
    COPY("copy"),
    /** Computes it and writes it. */
    FILL("fill"),
    /** Reads it row by row at scattered places and writes it at one place. */
    GATHER("gather"),
    /** Reads it at one place and writes it row by row at scattered places. */
    SCATTER("scatter"),
    /** Reads it and computes its digest. */
    DIGEST("digest"),
    /** Hands it to a transport that a processor moves it for, a whole slot at a time. */
    WRITE("transport write");

    private final String noun;

    RawWork(String noun) {
        this.noun = noun;
    }

    /** The word for it. */
    public String noun() {
        return noun;
    }

    /** The name in JSON. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
