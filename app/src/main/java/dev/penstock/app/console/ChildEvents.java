// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.console;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.penstock.app.report.Fields;
import dev.penstock.app.report.RoleReport;
import dev.penstock.app.report.RoundResult;
import java.io.IOException;

/** Reads the lines that {@link ChildOutput} writes and hands them to an output. */
public final class ChildEvents {
    private ChildEvents() {}

    /**
     * Takes one line of a process's standard output.
     *
     * @return false if it is not such a line, but text for people
     */
    public static boolean take(String line, RunOutput to) {
        if (!line.startsWith(ChildOutput.PREFIX)) {
            return false;
        }
        try {
            Fields fields = new Fields(JSON.std.mapFrom(line.substring(ChildOutput.PREFIX.length())));
            return hand(fields, to);
        } catch (IOException | IllegalArgumentException e) {
            // Something else that begins like one of our lines, or a line that was cut off by the process's end.
            return false;
        }
    }

    private static boolean hand(Fields fields, RunOutput to) {
        switch (fields.text("event")) {
            case "note" -> to.note(fields.text("line"));
            case "listening" ->
                to.listening(fields.text("host"), fields.number("port").intValue());
            case "progress" ->
                to.progress(
                        fields.number("round").intValue(),
                        fields.number("done").longValue(),
                        fields.number("total").longValue());
            case "round" -> to.round(RoundResult.fromMap(fields.toMap()));
            case "finished" -> to.finished(RoleReport.fromMap(fields.toMap()));
            default -> {
                return false;
            }
        }
        return true;
    }
}
