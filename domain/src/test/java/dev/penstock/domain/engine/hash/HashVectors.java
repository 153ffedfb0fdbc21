// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What CPython and cbor2 say about chunk hashes; chunk-hash-vectors.py beside the file made it and tells its form. */
final class HashVectors {
    private static final String RESOURCE = "chunk-hash-vectors.tsv";

    private HashVectors() {}

    /** The columns of the lines of one algorithm and kind, from the seed on, the kind left out. */
    static List<String[]> lines(HashAlgorithm algorithm, String kind) {
        try (InputStream in = Objects.requireNonNull(HashVectors.class.getResourceAsStream(RESOURCE), RESOURCE);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(line -> line.split("\t", -1))
                    .filter(columns -> columns[0].equals(algorithm.label()) && columns[2].equals(kind))
                    .map(columns -> {
                        String[] rest = Arrays.copyOfRange(columns, 2, columns.length);
                        rest[0] = columns[1];
                        return rest;
                    })
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int[] tokens(String column) {
        return column.isEmpty()
                ? new int[0]
                : Arrays.stream(column.split(",")).mapToInt(Integer::parseInt).toArray();
    }

    static int[] range(int from, int to) {
        int[] tokens = new int[to - from];
        Arrays.setAll(tokens, i -> from + i);
        return tokens;
    }
}
