// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.ports.control.NodeId;
import picocli.CommandLine.ITypeConverter;

/** Reads names of nodes. */
final class NodeIdConverter implements ITypeConverter<NodeId> {
    @Override
    public NodeId convert(String value) {
        return Converted.by(NodeId::new, value);
    }
}
