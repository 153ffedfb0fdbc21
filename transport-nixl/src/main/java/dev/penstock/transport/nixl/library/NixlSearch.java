// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.nixl.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The search for NIXL's library. What it depends on is given, so that a test can give it another host.
 *
 * @param flag the file that the caller names
 * @param environment the process's variables
 * @param home the user's directory
 * @param root where the system's directories begin
 */
record NixlSearch(Optional<Path> flag, Map<String, String> environment, Path home, Path root) {
    /** The variable that names the library. */
    static final String VARIABLE = "PENSTOCK_NIXL_LIBRARY";
    /** The cache's directory of the wheel that native/nixl/fetch takes: the version and the hash's first 12 digits. */
    static final String CACHE_NAME = NixlLibrary.TESTED_VERSION + "-6279834382ee";

    private static final String REMEDY =
            "'penstock nixl install' (in a checkout: native/nixl/fetch) gets it, or name the"
                    + " file with --nixl-library or " + VARIABLE;

    /** Where the wheels have it, the wheel built for the newer CUDA first. */
    private static final List<String> WHEELS = List.of(".nixl_cu13.mesonpy.libs", ".nixl_cu12.mesonpy.libs");

    /** Where NIXL's own build installs it, and where the system's packages go. */
    private static final List<String> SYSTEM_DIRECTORIES = List.of(
            "usr/local/nixl/lib/x86_64-linux-gnu",
            "usr/local/nixl/lib64",
            "opt/nvidia/nvda_nixl/lib/x86_64-linux-gnu",
            "opt/nvidia/nvda_nixl/lib64",
            "usr/local/lib/x86_64-linux-gnu",
            "usr/local/lib",
            "usr/lib/x86_64-linux-gnu",
            "usr/lib64",
            "usr/lib");

    static NixlSearch ofProcess(Optional<Path> flag) {
        Map<String, String> environment = System.getenv();
        // As the fetch script has it; a JVM takes its own idea of the home from the user database.
        String home = environment.getOrDefault("HOME", System.getProperty("user.home", "/"));
        return new NixlSearch(flag, environment, Path.of(home), Path.of("/"));
    }

    NixlLookup run() {
        if (flag.isPresent()) {
            return named(flag.get(), NixlOrigin.FLAG);
        }
        String variable = environment.getOrDefault(VARIABLE, "");
        if (!variable.isEmpty()) {
            return named(Path.of(variable), NixlOrigin.ENVIRONMENT);
        }
        List<String> tried = new ArrayList<>(List.of("--nixl-library (not given)", VARIABLE + " (not set)"));
        Path cache = cache();
        tried.add(cache.toString());
        Optional<NixlLibrary> found =
                inWheel(cache, NixlOrigin.CACHE).or(() -> inSitePackages(tried)).or(() -> inSystem(tried));
        return found.<NixlLookup>map(NixlLookup.Found::new)
                .orElseGet(() -> new NixlLookup.Missing(
                        "found no " + NixlLibrary.FILE_NAME + "; " + REMEDY + ". Tried: " + String.join(", ", tried)));
    }

    /** What somebody names is taken or refused: going on to another library would be a surprise. */
    private static NixlLookup named(Path path, NixlOrigin origin) {
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            return new NixlLookup.Missing(origin.label() + " names " + path
                    + ", which is no file that can be read; it is to be the path of a " + NixlLibrary.FILE_NAME
                    + ", or "
                    + "to be left out: then " + REMEDY);
        }
        return new NixlLookup.Found(library(path, origin));
    }

    private Path cache() {
        String configured = environment.getOrDefault("XDG_CACHE_HOME", "");
        // A relative path is to be ignored: XDG Base Directory Specification 0.8.
        Path caches = configured.startsWith("/") ? Path.of(configured) : home.resolve(".cache");
        return caches.resolve("penstock/nixl").resolve(CACHE_NAME);
    }

    private Optional<NixlLibrary> inSitePackages(List<String> tried) {
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            String prefix = environment.getOrDefault(variable, "");
            if (!prefix.isEmpty()) {
                Optional<NixlLibrary> found = inPrefix(Path.of(prefix), tried);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return inPrefix(home.resolve(".local"), tried)
                .or(() -> inPrefix(root.resolve("usr/local"), tried))
                .or(() -> inPrefix(root.resolve("usr"), tried))
                .or(() -> inPrefix(root.resolve("opt/venv"), tried));
    }

    /** In the packages of all Pythons under a prefix, the newest Python's first. */
    private static Optional<NixlLibrary> inPrefix(Path prefix, List<String> tried) {
        Path libraries = prefix.resolve("lib");
        tried.add(libraries + "/python3*/{site,dist}-packages");
        for (Path python : pythons(libraries)) {
            for (String packages : List.of("site-packages", "dist-packages")) {
                Optional<NixlLibrary> found = inWheel(python.resolve(packages), NixlOrigin.SITE_PACKAGES);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static List<Path> pythons(Path libraries) {
        try (Stream<Path> entries = Files.list(libraries)) {
            return entries.filter(entry -> nameOf(entry).startsWith("python3"))
                    .sorted((one, other) -> Integer.compare(minor(other), minor(one)))
                    .toList();
        } catch (IOException e) {
            // No such directory, or not for this user: nothing can be loaded from there.
            return List.of();
        }
    }

    /** 11 of python3.11; Debian's python3, which all its Pythons share, comes last. */
    private static int minor(Path python) {
        String digits = nameOf(python).replaceFirst("^python3\\.?", "");
        return digits.matches("\\d{1,4}") ? Integer.parseInt(digits) : -1;
    }

    private static Optional<NixlLibrary> inWheel(Path packages, NixlOrigin origin) {
        for (String wheel : WHEELS) {
            Path candidate = packages.resolve(wheel).resolve(NixlLibrary.FILE_NAME);
            if (Files.isReadable(candidate)) {
                return Optional.of(library(candidate, origin));
            }
        }
        return Optional.empty();
    }

    private Optional<NixlLibrary> inSystem(List<String> tried) {
        List<Path> directories = new ArrayList<>();
        for (String directory : environment.getOrDefault("LD_LIBRARY_PATH", "").split(":", -1)) {
            if (directory.startsWith("/")) {
                directories.add(Path.of(directory));
            }
        }
        SYSTEM_DIRECTORIES.forEach(directory -> directories.add(root.resolve(directory)));
        for (Path directory : directories) {
            tried.add(directory.toString());
            Path candidate = directory.resolve(NixlLibrary.FILE_NAME);
            if (Files.isReadable(candidate)) {
                return Optional.of(library(candidate, NixlOrigin.SYSTEM));
            }
        }
        return Optional.empty();
    }

    private static NixlLibrary library(Path path, NixlOrigin origin) {
        Path real;
        try {
            real = path.toRealPath();
        } catch (IOException e) {
            // Removed since it was looked at: loading it will say so.
            real = path.toAbsolutePath();
        }
        return new NixlLibrary(real, origin, versionOf(real));
    }

    /** From the wheel's metadata beside it, nixl_cu13-1.5.1.dist-info. The library itself does not tell its version. */
    private static Optional<String> versionOf(Path library) {
        Path directory = library.getParent();
        Path packages = directory == null ? null : directory.getParent();
        String wheel = directory == null ? "" : nameOf(directory);
        if (packages == null || !WHEELS.contains(wheel)) {
            return Optional.empty();
        }
        String prefix = wheel.substring(1, wheel.indexOf('.', 1)) + "-";
        String suffix = ".dist-info";
        try (Stream<Path> entries = Files.list(packages)) {
            return entries.map(NixlSearch::nameOf)
                    .filter(name -> name.startsWith(prefix) && name.endsWith(suffix))
                    .map(name -> name.substring(prefix.length(), name.length() - suffix.length()))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String nameOf(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
