// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.report.Version;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "penstock " + Version.current(),
            "Java " + System.getProperty("java.vm.version") + " (" + System.getProperty("java.vm.name") + ")"
        };
    }
}
