// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.loop.IdleStrategy;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code spin}, {@code yield} and {@code park}. */
final class IdleConverter implements ITypeConverter<IdleStrategy> {
    @Override
    public IdleStrategy convert(String value) {
        for (IdleStrategy strategy : IdleStrategy.values()) {
            if (strategy.name().toLowerCase(Locale.ROOT).equals(value)) {
                return strategy;
            }
        }
        throw new TypeConversionException("'" + value + "' is none of spin, yield and park");
    }
}
