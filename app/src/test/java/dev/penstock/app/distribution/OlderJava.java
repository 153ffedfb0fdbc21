// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Java that can't call native code by itself: 17 to 21. */
final class OlderJava {
    private OlderJava() {}

    /**
     * Its home. Where the build runs on a newer Java there is none, and the test that asks is skipped, which says so; a build
     * that requires JNI, which is there for such a Java, fails instead.
     */
    static Path home() {
        // .../bin/java of the Java that runs the tests of older releases.
        Path home = Path.of(System.getProperty("penstock.test.jdk17.java"))
                .resolve("../..")
                .normalize();
        if (System.getProperty("penstock.require", "").contains("nixl-jni")) {
            assertThat(isOlderThan22(home))
                    .as(home + " is a Java 17 to 21, which nixl-jni is tried with")
                    .isTrue();
        }
        assumeTrue(isOlderThan22(home), home + " is no Java 17 to 21, so there is none to try this with");
        return home;
    }

    private static boolean isOlderThan22(Path home) {
        try {
            return Files.readString(home.resolve("release"))
                    .lines()
                    .anyMatch(line -> line.matches("JAVA_VERSION=\"(1[7-9]|2[01])\\b.*"));
        } catch (IOException e) {
            return false;
        }
    }
}
