// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.RunFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A report as a file. */
public final class JsonFile {
    private JsonFile() {}

    /**
     * Finds out before a long run whether its result can be written.
     *
     * @throws RunFailure if not
     */
    public static void checkWritable(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        boolean possible = Files.exists(file)
                ? Files.isRegularFile(file) && Files.isWritable(file)
                : directory != null && Files.isDirectory(directory) && Files.isWritable(directory);
        if (!possible) {
            throw new RunFailure(ExitCode.BAD_ARGUMENTS, "--json " + file + " can't be written");
        }
    }

    /**
     * Writes the file, over one that is there.
     *
     * @throws RunFailure if that fails
     */
    public static void write(Path file, Map<String, Object> content) {
        try {
            JSON json = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT);
            Files.writeString(file, json.asString(content) + System.lineSeparator());
        } catch (IOException e) {
            throw new RunFailure(
                    ExitCode.UNAVAILABLE, "the result can't be written to " + file + ": " + e.getMessage());
        }
    }
}
