// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The answers of commands that list things, as JSON. */
final class JsonList {
    private JsonList() {}

    static <T> void print(PrintStream out, List<T> things, Function<T, Map<String, Object>> toMap) {
        try {
            out.println(JSON.std
                    .with(JSON.Feature.PRETTY_PRINT_OUTPUT)
                    .asString(things.stream().map(toMap).toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
