// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.run.Sizes;

/**
 * What a program's bytes mean, in the terms of a session.
 *
 * @param service what is said of the program behind its name, or empty
 * @param model the model's name, or empty
 * @param layout axis order and shape of the objects
 * @param chunkTokens tokens per chunk, 0 if there are no chunks
 * @param hash the chunk hash with everything that changes its values, or empty
 */
public record ProgramTerms(String service, String model, String layout, int chunkTokens, String hash) {
    /** Of a program whose objects are just objects. */
    static ProgramTerms ofObjects(Sizes sizes) {
        return new ProgramTerms("", "", sizes.shape().toString(), 0, "");
    }
}
