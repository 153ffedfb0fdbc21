// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.transport.nixl.library.NixlLookup;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** With {@code -Dpenstock.require=loopback,nixl-ffm,nixl-jni}, no build passes where one of them can't be used. */
class RequiredTransportsTest {
    @TestFactory
    Stream<DynamicTest> shouldHaveWhatIsRequired() {
        TransportCatalog catalog = DaggerAppComponent.factory()
                .create(new LoopbackTransportProvider(), NixlLookup::here)
                .transports();
        return Arrays.stream(System.getProperty("penstock.require", "").split(",", 0))
                .filter(name -> !name.isBlank())
                .map(name -> DynamicTest.dynamicTest(
                        name,
                        () -> assertThatCode(() -> catalog.choose(name.strip())).doesNotThrowAnyException()));
    }
}
