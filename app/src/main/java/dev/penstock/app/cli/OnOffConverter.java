// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code on} and {@code off}. */
final class OnOffConverter implements ITypeConverter<OnOff> {
    @Override
    public OnOff convert(String value) {
        for (OnOff state : OnOff.values()) {
            if (state.label().equalsIgnoreCase(value)) {
                return state;
            }
        }
        throw new TypeConversionException("'" + value + "' is neither on nor off");
    }
}
