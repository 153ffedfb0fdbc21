// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.loopback;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directory in which the endpoints of one user meet: {@code penstock-<user>} in the first place that can be used.
 *
 * <p>Such places are open to all users, so the directory must be this user's and closed to others; one that somebody else
 * put there first is not used.
 */
final class SharedDirectory {
    private final Path root;

    private SharedDirectory(Path root) {
        this.root = root;
    }

    /** Why none of the places can be used, or empty if one can. Creates nothing. */
    static Optional<String> problem(List<Path> places) {
        List<String> reasons = new ArrayList<>();
        for (Path place : places) {
            String reason = problem(place);
            if (reason == null) {
                return Optional.empty();
            }
            reasons.add(reason);
        }
        return Optional.of("no shared directory: " + String.join("; ", reasons));
    }

    /**
     * Creates the directory, unless it is there, in the first place that can be used.
     *
     * @throws KvTransferException of kind UNAVAILABLE if none can
     */
    static SharedDirectory in(List<Path> places) {
        for (Path place : places) {
            if (problem(place) == null) {
                return new SharedDirectory(createdIn(place));
            }
        }
        throw unavailable(problem(places).orElse("the shared directory changed while it was looked at"), null);
    }

    private static Path createdIn(Path place) {
        Path root = rootIn(place);
        try {
            Files.createDirectory(root, SharedFiles.ownerOnlyDirectory());
        } catch (FileAlreadyExistsException e) {
            String reason = problem(place);
            if (reason != null) {
                throw unavailable(reason, e);
            }
        } catch (IOException e) {
            throw SharedFiles.unusable("create the shared directory", root, e);
        }
        return root;
    }

    private static Path rootIn(Path place) {
        String user = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._-]", "_");
        return place.resolve("penstock-" + user);
    }

    private static @Nullable String problem(Path place) {
        if (!place.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return place + " has no POSIX permissions";
        }
        if (!Files.isDirectory(place)) {
            return place + " is not a directory";
        }
        Path root = rootIn(place);
        if (!Files.exists(root, NOFOLLOW_LINKS)) {
            return Files.isWritable(place) ? null : place + " is not writable";
        }
        try {
            PosixFileAttributes found = Files.readAttributes(root, PosixFileAttributes.class, NOFOLLOW_LINKS);
            String rights = PosixFilePermissions.toString(found.permissions());
            if (!found.isDirectory() || !rights.equals("rwx------") || !Files.isWritable(root)) {
                return root + " is not a directory that this user alone can use (" + rights + ", owner " + found.owner()
                        + "): remove it";
            }
            return null;
        } catch (IOException e) {
            return root + " can't be read: " + e.getMessage();
        }
    }

    Path path() {
        return root;
    }

    Path of(EndpointAddress endpoint) {
        return root.resolve(endpoint.directoryName());
    }

    /**
     * Checks that the directory belongs to the user who owns what this process creates: the super-user can use a
     * directory that somebody else put there, and must not.
     *
     * @throws KvTransferException of kind UNAVAILABLE if it doesn't
     */
    void checkOwner(Path created) throws IOException {
        Object owner = Files.getAttribute(root, "unix:uid", NOFOLLOW_LINKS);
        if (!owner.equals(Files.getAttribute(created, "unix:uid", NOFOLLOW_LINKS))) {
            throw unavailable(root + " belongs to another user (uid " + owner + "): remove it", null);
        }
    }

    /** The endpoints that have a directory, alive or not. */
    List<EndpointAddress> endpoints() {
        return SharedFiles.namesIn(root).stream()
                .map(EndpointAddress::ofDirectory)
                .flatMap(Optional::stream)
                .toList();
    }

    private static KvTransferException unavailable(String message, @Nullable Throwable cause) {
        return new KvTransferException(FailureKind.UNAVAILABLE, "open the shared directory", message, cause);
    }
}
