// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import java.util.function.Function;
import picocli.CommandLine.TypeConversionException;

/** A value of the command line, or the parser's own words about it as the command line's complaint. */
final class Converted {
    private Converted() {}

    static <T> T by(Function<String, T> parser, String value) {
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
