// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.domain.kv.KvShape;
import picocli.CommandLine.ITypeConverter;

/** Reads shapes such as {@code [32,2,256,1024]}. */
final class ShapeConverter implements ITypeConverter<KvShape> {
    @Override
    public KvShape convert(String value) {
        return Converted.by(KvShape::parse, value);
    }
}
