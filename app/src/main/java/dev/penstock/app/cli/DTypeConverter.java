// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.domain.kv.DType;
import picocli.CommandLine.ITypeConverter;

/** Reads element types such as {@code bfloat16}. */
final class DTypeConverter implements ITypeConverter<DType> {
    @Override
    public DType convert(String value) {
        return Converted.by(DType::parse, value);
    }
}
