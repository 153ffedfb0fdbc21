// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

/** Which build this is. */
public final class Version {
    private Version() {}

    /** The version in the jar's manifest, or {@code development} where the classes come from no jar. */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
