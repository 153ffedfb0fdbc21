// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import picocli.CommandLine.Option;

/** The flag of the programs that send objects which they keep in memory of their own. */
final class StagingOption {
    @Option(
            names = "--staging",
            paramLabel = "on|off",
            converter = OnOffConverter.class,
            defaultValue = "on",
            description =
                    "Whether objects are copied into the ring first; off sends them from where they are, in memory that is"
                            + " registered with the transport (default: ${DEFAULT-VALUE}).")
    OnOff staging = OnOff.ON;

    boolean isOn() {
        return staging.isOn();
    }
}
