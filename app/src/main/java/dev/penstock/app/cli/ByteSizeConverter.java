// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.run.ByteSize;
import picocli.CommandLine.ITypeConverter;

/** Reads sizes such as {@code 4GiB}. */
final class ByteSizeConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
        return Converted.by(ByteSize::parse, value);
    }
}
