// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.nixl.jni;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * This adapter's own C library: taken out of the jar, and loaded once.
 *
 * <p>The file lives in a new directory that this user alone can enter, and only while it is being loaded: the system keeps
 * what it mapped. So nobody can put another file there, many processes don't meet, and a killed one leaves nothing.
 *
 * @param content the library
 * @param sha256 what its file must be, 64 hexadecimal digits
 */
@SuppressWarnings("ArrayRecordComponent") // within this package, and compared with nothing
record AdapterLibrary(byte[] content, String sha256) {
    private static final String FILE_NAME = "libpenstock_nixl_jni.so";
    private static final String RESOURCE = "linux-x86_64/" + FILE_NAME;

    private static final String OPERATION = "load the JNI adapter's library";
    private static final int SHA256_DIGITS = 64;

    private static boolean loaded;

    /**
     * Loads it, the first time. Any thread may call.
     *
     * @throws KvTransferException of kind UNAVAILABLE if it can't be loaded; nothing is left behind
     */
    static synchronized void load() {
        if (!loaded) {
            packed().load(Path.of(System.getProperty("java.io.tmpdir", "/tmp")), System::load);
            loaded = true;
        }
    }

    private static AdapterLibrary packed() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!system.equals("Linux amd64")) {
            throw unavailable("there is a JNI library for Linux amd64 alone, and this is " + system, null);
        }
        try (InputStream library = AdapterLibrary.class.getResourceAsStream(RESOURCE);
                InputStream digest = AdapterLibrary.class.getResourceAsStream(RESOURCE + ".sha256")) {
            if (library == null || digest == null) {
                throw unavailable(
                        "this build has no JNI library: it was made with penstock.native.skip. Build it with CMake and a C"
                                + " compiler installed",
                        null);
            }
            String line = new String(digest.readAllBytes(), StandardCharsets.US_ASCII);
            return new AdapterLibrary(
                    library.readAllBytes(), line.substring(0, Math.min(SHA256_DIGITS, line.length())));
        } catch (IOException e) {
            throw unavailable("the JNI library can't be read from the jar: " + e.getMessage(), e);
        }
    }

    void load(Path temporary, Consumer<String> loader) {
        Path directory;
        try {
            directory = Files.createTempDirectory(
                    temporary,
                    "penstock-jni-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw unavailable("no directory can be made in " + temporary + remedy(), e);
        }
        Path file = directory.resolve(FILE_NAME);
        try {
            Files.write(file, content, StandardOpenOption.CREATE_NEW);
            String written = sha256Of(Files.readAllBytes(file));
            if (!written.equals(sha256)) {
                throw unavailable(
                        "the JNI library that was taken out of the jar has the SHA-256 " + written
                                + ", and should have " + sha256 + ": the jar is damaged; build or install it again",
                        null);
            }
            loader.accept(file.toString());
        } catch (IOException e) {
            throw unavailable(
                    "the JNI library can't be written to " + directory + " (" + e.getMessage() + ")" + remedy(), e);
        } catch (UnsatisfiedLinkError e) {
            throw unavailable(
                    "the JNI library can't be loaded from " + directory + " (" + e.getMessage()
                            + "); if that file system is mounted noexec" + remedy(),
                    e);
        } catch (IllegalCallerException e) {
            throw unavailable(
                    "this Java was told not to load native libraries: start it with"
                            + " --enable-native-access=ALL-UNNAMED",
                    e);
        } finally {
            remove(file);
            remove(directory);
        }
    }

    private static String remedy() {
        return ": name another directory with -Djava.io.tmpdir=DIRECTORY";
    }

    private static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // A file left behind in a temporary directory is no reason to fail.
            System.getLogger(AdapterLibrary.class.getName())
                    .log(System.Logger.Level.DEBUG, () -> path + " stays behind", e);
        }
    }

    private static String sha256Of(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private static KvTransferException unavailable(String message, @Nullable Throwable cause) {
        return new KvTransferException(FailureKind.UNAVAILABLE, OPERATION, message, cause);
    }
}
