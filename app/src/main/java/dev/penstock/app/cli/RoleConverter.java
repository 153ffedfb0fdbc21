// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.report.Role;
import picocli.CommandLine.ITypeConverter;

/** Reads {@code sender} and {@code receiver}. */
final class RoleConverter implements ITypeConverter<Role> {
    @Override
    public Role convert(String value) {
        return Converted.by(Role::of, value);
    }
}
