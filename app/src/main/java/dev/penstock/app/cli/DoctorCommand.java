// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.doctor.Finding;
import dev.penstock.app.doctor.GpuFindings;
import dev.penstock.app.doctor.HostFindings;
import dev.penstock.app.doctor.JavaFindings;
import dev.penstock.app.doctor.TransportFindings;
import dev.penstock.app.doctor.UcxFindings;
import dev.penstock.app.graph.TransportCatalog;
import dev.penstock.app.graph.TransportCatalogs;
import dev.penstock.app.run.Device;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what this host can do, and tries it. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        description = {
            "Says what this host can do: Java, limits, NIXL and UCX, GPUs and their links, and which transport auto takes.",
            "Then moves a few objects between two processes, and ends with 0 only if every byte arrived."
        })
final class DoctorCommand implements Callable<Integer> {
    private final TransportCatalogs transports;
    private final Trial trial;
    private final PrintStream out;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            defaultValue = TransportCatalog.AUTO,
            description = "The transport to try (default: ${DEFAULT-VALUE}).")
    String transport = TransportCatalog.AUTO;

    @Option(
            names = "--device",
            paramLabel = "cpu|cuda:N",
            converter = DeviceConverter.class,
            defaultValue = "cpu",
            description = "The memory to try it with (default: ${DEFAULT-VALUE}).")
    Device device = Device.CPU;

    @Mixin
    NixlOptions nixl = new NixlOptions();

    @Option(names = "--json", description = "As JSON.")
    boolean json;

    DoctorCommand(TransportCatalogs transports, ProgramRunner runner, PrintStream out) {
        this.transports = transports;
        this.trial = new Trial(runner);
        this.out = out;
    }

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(JavaFindings.look());
        findings.addAll(HostFindings.look());
        findings.addAll(GpuFindings.look());
        findings.addAll(TransportFindings.look(transports.over(nixl.lookup())));
        findings.addAll(UcxFindings.look(nixl.lookup().get()));
        if (!json) {
            findings.forEach(this::print);
        }
        Trial.Outcome outcome = trial.run(transport, device, nixl);
        if (json) {
            findings.add(outcome.finding());
            JsonList.print(out, findings, DoctorCommand::toMap);
        } else {
            print(outcome.finding());
        }
        return outcome.exit().code();
    }

    private void print(Finding finding) {
        String mark = finding.verdict() == Finding.Verdict.OK
                ? "ok"
                : finding.verdict().label();
        out.printf(Locale.ROOT, "%-8s %-25s %s%n", mark, finding.topic(), finding.text());
        out.flush();
    }

    private static Map<String, Object> toMap(Finding finding) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("topic", finding.topic());
        map.put("verdict", finding.verdict().label());
        map.put("text", finding.text());
        return map;
    }
}
