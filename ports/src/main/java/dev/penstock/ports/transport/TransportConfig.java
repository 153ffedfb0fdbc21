// SPDX-License-Identifier: Apache-2.0
package dev.penstock.ports.transport;

import java.util.regex.Pattern;

/**
 * What every transport needs to open.
 *
 * @param endpointName the name of this incarnation; must be new for every one, since some transports break peers that see
 *     a name twice. 1 to 64 letters, digits, dots, hyphens and underscores
 */
public record TransportConfig(String endpointName) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** Checks the name. */
    public TransportConfig {
        if (!NAME.matcher(endpointName).matches()) {
            throw new IllegalArgumentException(
                    "an endpoint name is 1 to 64 letters, digits, dots, hyphens and underscores, not '" + endpointName
                            + "'");
        }
    }
}
