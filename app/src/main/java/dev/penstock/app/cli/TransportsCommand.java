// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.graph.TransportCatalog;
import dev.penstock.app.graph.TransportCatalogs;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the transports. */
@Command(
        name = "transports",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        description =
                "Lists the transports in the order in which auto tries them, and says for each that can't be used here"
                        + " why.")
final class TransportsCommand implements Callable<Integer> {
    private final TransportCatalogs transports;
    private final PrintStream out;

    @Option(names = "--json", description = "As JSON.")
    boolean json;

    @Mixin
    NixlOptions nixl = new NixlOptions();

    TransportsCommand(TransportCatalogs transports, PrintStream out) {
        this.transports = transports;
        this.out = out;
    }

    @Override
    public Integer call() {
        List<TransportCatalog.Entry> entries = transports.over(nixl.lookup()).entries();
        if (json) {
            JsonList.print(out, entries, TransportsCommand::toMap);
        } else {
            for (TransportCatalog.Entry entry : entries) {
                out.printf(Locale.ROOT, "%-10s %s%n", entry.name(), entry.describe());
            }
        }
        return ExitCode.OK.code();
    }

    private static Map<String, Object> toMap(TransportCatalog.Entry entry) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", entry.name());
        map.put("available", entry.problem().isEmpty());
        entry.problem().ifPresent(why -> map.put("reason", why));
        entry.nixl().ifPresent(library -> map.putAll(NixlFields.of(library)));
        return map;
    }
}
