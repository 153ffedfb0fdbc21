// SPDX-License-Identifier: Apache-2.0
package dev.penstock.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.disk.DiskObjectFiles;
import dev.penstock.adapter.host.HostMemory;
import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.adapter.nixl.ffm.NixlFfmTransportProvider;
import dev.penstock.adapter.nixl.jni.NixlJniTransportProvider;
import dev.penstock.domain.session.Node;
import dev.penstock.ports.Clock;
import dev.penstock.transport.nixl.NixlTransports;
import dev.penstock.transport.testkit.KvTransportContract;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Module descriptors are API: a change of what they require or export is made on purpose. */
class ModuleDescriptorsTest {
    @Test
    void shouldNeedNothingForThePorts() {
        assertThat(requires(Clock.class)).containsExactly("java.base", "org.jspecify (static)");
        assertThat(exports(Clock.class))
                .containsExactly(
                        "dev.penstock.ports",
                        "dev.penstock.ports.control",
                        "dev.penstock.ports.memory",
                        "dev.penstock.ports.storage",
                        "dev.penstock.ports.transport");
    }

    @Test
    void shouldNeedThePortsAloneForTheDomain() {
        assertThat(requires(Node.class)).containsExactly("dev.penstock.ports", "java.base", "org.jspecify (static)");
        assertThat(exports(Node.class))
                .containsExactly(
                        "dev.penstock.domain.backend",
                        "dev.penstock.domain.channel",
                        "dev.penstock.domain.engine",
                        "dev.penstock.domain.engine.hash",
                        "dev.penstock.domain.kv",
                        "dev.penstock.domain.page",
                        "dev.penstock.domain.pipe",
                        "dev.penstock.domain.session",
                        "dev.penstock.domain.store",
                        "dev.penstock.domain.tier",
                        "dev.penstock.domain.wire");
    }

    @Test
    void shouldNeedNoOtherModuleOfTheProjectForAdapters() {
        for (Class<?> adapter : Set.of(HostMemory.class, LoopbackTransportProvider.class, DiskObjectFiles.class)) {
            assertThat(requires(adapter))
                    .as(adapter.getName())
                    .filteredOn(name -> name.startsWith("dev.penstock"))
                    .containsExactly("dev.penstock.ports");
        }
        assertThat(exports(DiskObjectFiles.class)).containsExactly("dev.penstock.adapter.disk");
        assertThat(exports(HostMemory.class)).containsExactly("dev.penstock.adapter.host");
        assertThat(exports(LoopbackTransportProvider.class)).containsExactly("dev.penstock.adapter.loopback");
    }

    @Test
    void shouldNeedThePortsAloneForTheTransportOverNixl() {
        assertThat(requires(NixlTransports.class))
                .containsExactly("dev.penstock.ports", "java.base", "org.jspecify (static)");
        assertThat(exports(NixlTransports.class))
                .containsExactly("dev.penstock.transport.nixl", "dev.penstock.transport.nixl.library");
    }

    @Test
    void shouldNeedTheTransportForTheBindingsOfNixl() {
        for (Class<?> binding : Set.of(NixlFfmTransportProvider.class, NixlJniTransportProvider.class)) {
            assertThat(requires(binding))
                    .as(binding.getName())
                    .containsExactly(
                            "dev.penstock.ports", "dev.penstock.transport.nixl", "java.base", "org.jspecify (static)");
            assertThat(exports(binding)).containsExactly(binding.getPackageName());
        }
    }

    @Test
    void shouldNeedThePortsAloneForTheTestkit() {
        assertThat(requires(KvTransportContract.class))
                .filteredOn(name -> name.startsWith("dev.penstock"))
                .containsExactly("dev.penstock.ports");
    }

    private static Set<String> requires(Class<?> member) {
        return descriptor(member).requires().stream()
                .map(required -> required.name()
                        + (required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC) ? " (static)" : ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> exports(Class<?> member) {
        return descriptor(member).exports().stream()
                .filter(exported -> !exported.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static ModuleDescriptor descriptor(Class<?> member) {
        try {
            Path home = Path.of(
                    member.getProtectionDomain().getCodeSource().getLocation().toURI());
            ModuleDescriptor descriptor =
                    ModuleFinder.of(home).findAll().iterator().next().descriptor();
            assertThat(descriptor.isAutomatic()).as(home + " has a descriptor").isFalse();
            return descriptor;
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
