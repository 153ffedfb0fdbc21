// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.run.RunSettings;
import dev.penstock.app.timeline.PartTimeline;
import dev.penstock.ports.control.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The timeline of one process's run, if somebody asked for it. */
final class RunTimeline {
    private final Optional<PartTimeline> parts;
    private final Optional<Path> file;

    RunTimeline(RunSettings settings, NodeId id) {
        file = settings.timelines().map(folder -> folder.resolve(id + ".csv"));
        parts = file.map(f -> new PartTimeline());
    }

    /** What the node is to tell of its parts. */
    Optional<PartTimeline> parts() {
        return parts;
    }

    void roundBegins(int round) {
        parts.ifPresent(timeline -> timeline.roundBegins(round));
    }

    void roundEnds(int round) {
        parts.ifPresent(timeline -> timeline.roundEnds(round));
    }

    /** Writes it, when the loop has ended. */
    void write() {
        if (file.isEmpty() || parts.isEmpty()) {
            return;
        }
        try {
            parts.get().write(file.get());
        } catch (IOException e) {
            throw new RunFailure(
                    ExitCode.UNAVAILABLE, "the timeline can't be written to " + file.get() + ": " + e.getMessage());
        }
    }
}
