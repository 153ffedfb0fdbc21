// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NixlSearchTest {
    @TempDir
    Path temporary;

    private final Map<String, String> environment = new HashMap<>();
    private Path root;
    private Path home;

    @BeforeEach
    void resolveLinksOfTheTemporaryDirectory() throws IOException {
        root = temporary.toRealPath().resolve("root");
        home = temporary.toRealPath().resolve("home");
    }

    @Test
    void shouldPreferTheFlagToAllElse() throws IOException {
        installEverywhere();
        Path flag = file(root.resolve("elsewhere/my-nixl.so"));
        NixlLibrary found =
                new NixlSearch(Optional.of(flag), environment, home, root).run().require();
        assertThat(found).isEqualTo(new NixlLibrary(flag, NixlOrigin.FLAG, Optional.empty()));
    }

    @Test
    void shouldTakeTheNextPlaceWhenTheOneBeforeIsEmpty() throws IOException {
        Map<NixlOrigin, Path> places = installEverywhere();
        for (NixlOrigin origin : NixlOrigin.values()) {
            if (origin == NixlOrigin.FLAG) {
                continue;
            }
            NixlLibrary found = search().require();
            assertThat(found.origin()).isEqualTo(origin);
            assertThat(found.path()).isEqualTo(places.get(origin));
            environment.remove(NixlSearch.VARIABLE);
            Files.delete(found.path());
        }
        assertThat(search().library()).isEmpty();
    }

    @Test
    void shouldNotGoOnWhenTheNamedFileIsMissing() throws IOException {
        installEverywhere();
        Path missing = root.resolve("no-such.so");
        NixlLookup byFlag = new NixlSearch(Optional.of(missing), environment, home, root).run();
        assertThat(byFlag.library()).isEmpty();
        assertThat(byFlag.problem()).get().asString().contains("--nixl-library", missing.toString());

        environment.put(NixlSearch.VARIABLE, missing.toString());
        assertThat(search().problem()).get().asString().contains(NixlSearch.VARIABLE, missing.toString());
    }

    @Test
    void shouldRefuseADirectoryWhereAFileIsNamed() throws IOException {
        environment.put(
                NixlSearch.VARIABLE,
                Files.createDirectories(root.resolve("directory")).toString());
        assertThat(search().problem()).get().asString().contains("no file that can be read");
    }

    @Test
    void shouldNameEveryPlaceAndTheRemedy() {
        environment.put("VIRTUAL_ENV", "/srv/venv");
        environment.put("CONDA_PREFIX", "/srv/conda");
        environment.put("LD_LIBRARY_PATH", "/srv/lib::relative");
        NixlLookup lookup = search();
        assertThat(lookup.problem())
                .get()
                .asString()
                .contains(
                        "penstock nixl install",
                        "--nixl-library",
                        NixlSearch.VARIABLE,
                        home + "/.cache/penstock/nixl/" + NixlSearch.CACHE_NAME,
                        "/srv/venv/lib/python3*",
                        "/srv/conda/lib/python3*",
                        home + "/.local/lib/python3*",
                        root + "/usr/local/lib/python3*",
                        "/srv/lib,",
                        root + "/usr/local/nixl/lib/x86_64-linux-gnu",
                        root + "/usr/lib")
                .doesNotContain("relative");
        assertThatThrownBy(lookup::require)
                .isInstanceOfSatisfying(
                        KvTransferException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE))
                .hasMessage(lookup.problem().orElseThrow());
    }

    @Test
    void shouldFollowTheCacheVariableWhenItIsAbsolute() throws IOException {
        Path elsewhere = inWheel(root.resolve("caches/penstock/nixl/" + NixlSearch.CACHE_NAME), "cu13", "1.5.1");
        environment.put("XDG_CACHE_HOME", "caches");
        assertThat(search().library()).isEmpty();
        environment.put("XDG_CACHE_HOME", root + "/caches");
        assertThat(search().require()).isEqualTo(new NixlLibrary(elsewhere, NixlOrigin.CACHE, Optional.of("1.5.1")));
    }

    @Test
    void shouldPreferTheActiveEnvironmentTheNewerPythonAndTheNewerCuda() throws IOException {
        Path local = home.resolve(".local/lib");
        inWheel(local.resolve("python3.9/site-packages"), "cu13", "1.0.0");
        Path cu12 = inWheel(local.resolve("python3.11/site-packages"), "cu12", "1.4.0");
        assertThat(search().require()).isEqualTo(new NixlLibrary(cu12, NixlOrigin.SITE_PACKAGES, Optional.of("1.4.0")));

        Path cu13 = inWheel(local.resolve("python3.11/site-packages"), "cu13", "1.5.0");
        assertThat(search().require().path()).isEqualTo(cu13);

        Path active = inWheel(root.resolve("venv/lib/python3.8/site-packages"), "cu12", "1.1.0");
        environment.put("VIRTUAL_ENV", root + "/venv");
        assertThat(search().require().path()).isEqualTo(active);
    }

    @Test
    void shouldResolveLinksSinceTheLibraryLooksBesideItself() throws IOException {
        Path real = file(root.resolve("real/" + NixlLibrary.FILE_NAME));
        Path link = root.resolve("link.so");
        Files.createSymbolicLink(link, real);
        NixlLookup lookup = new NixlSearch(Optional.of(link), environment, home, root).run();
        assertThat(lookup.require().path()).isEqualTo(real);
    }

    private NixlLookup search() {
        return new NixlSearch(Optional.empty(), environment, home, root).run();
    }

    /** One in each place but the flag's. */
    private Map<NixlOrigin, Path> installEverywhere() throws IOException {
        Map<NixlOrigin, Path> places = new HashMap<>();
        Path named = file(root.resolve("named/" + NixlLibrary.FILE_NAME));
        environment.put(NixlSearch.VARIABLE, named.toString());
        places.put(NixlOrigin.ENVIRONMENT, named);
        Path cache = home.resolve(".cache/penstock/nixl/" + NixlSearch.CACHE_NAME);
        places.put(NixlOrigin.CACHE, inWheel(cache, "cu13", "1.5.1"));
        Path packages = root.resolve("usr/local/lib/python3.12/dist-packages");
        places.put(NixlOrigin.SITE_PACKAGES, inWheel(packages, "cu13", "1.5.1"));
        places.put(NixlOrigin.SYSTEM, file(root.resolve("usr/lib64/" + NixlLibrary.FILE_NAME)));
        return places;
    }

    private static Path inWheel(Path packages, String cuda, String version) throws IOException {
        Files.createDirectories(packages.resolve("nixl_" + cuda + "-" + version + ".dist-info"));
        return file(packages.resolve(".nixl_" + cuda + ".mesonpy.libs/" + NixlLibrary.FILE_NAME));
    }

    private static Path file(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        return Files.createFile(path);
    }
}
