// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.doctor;

import dev.penstock.adapter.nixl.ffm.UcxProbe;
import dev.penstock.adapter.nixl.ffm.UcxReport;
import dev.penstock.ports.KvTransferException;
import dev.penstock.transport.nixl.NixlEnvironment;
import dev.penstock.transport.nixl.library.NixlLibrary;
import dev.penstock.transport.nixl.library.NixlLookup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Predicate;

/**
 * The UCX that comes with NIXL, and the transports it finds for each kind of memory. The classes that ask it are for Java 22:
 * nothing here may name them but in the bodies of methods that an older Java does not reach.
 */
public final class UcxFindings {
    private static final String TOPIC = "UCX";

    private UcxFindings() {}

    /** Asks it; takes up to a second. Has nothing to say where there is no NIXL, which the transports' findings tell. */
    public static List<Finding> look(NixlLookup nixl) {
        return nixl.library().map(UcxFindings::look).orElse(List.of());
    }

    private static List<Finding> look(NixlLibrary library) {
        int java = Runtime.version().feature();
        if (java < JavaFindings.FIRST_WITH_FFM) {
            return List.of(Finding.note(
                    TOPIC,
                    "can't be asked on Java " + java + ": start with Java " + JavaFindings.FIRST_WITH_FFM
                            + " or newer (PENSTOCK_JAVA_HOME) to see which transports it finds"));
        }
        try {
            return describe(UcxProbe.run(library), NixlEnvironment.over(System.getenv()));
        } catch (KvTransferException e) {
            return List.of(Finding.note(TOPIC, String.valueOf(e.getMessage())));
        }
    }

    /** @param environment the variables that UCX finds in this process */
    static List<Finding> describe(UcxReport report, Map<String, String> environment) {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok(TOPIC, report.version() + " at " + report.library()));
        findings.add(Finding.ok(
                "UCX settings",
                "UCX_TLS=" + environment.getOrDefault("UCX_TLS", "all") + " UCX_NET_DEVICES="
                        + environment.getOrDefault("UCX_NET_DEVICES", "all")));
        findings.add(hostMemory(report));
        findings.add(gpuMemory(report));
        return findings;
    }

    private static Finding hostMemory(UcxReport report) {
        String found = transports(report, resource -> !resource.isForGpuMemory());
        return has(report, "cma")
                ? Finding.ok("UCX for host memory", found)
                : Finding.note(
                        "UCX for host memory",
                        found + "; cma is not among them, so host memory goes over TCP: allow process_vm_writev"
                                + " (a container's seccomp profile, ptrace_scope)");
    }

    private static Finding gpuMemory(UcxReport report) {
        String found = transports(report, UcxReport.Resource::isForGpuMemory);
        if (found.isEmpty()) {
            return Finding.note("UCX for GPU memory", "none: UCX finds no GPU; with one, NVIDIA's driver is needed");
        }
        return has(report, "cuda_ipc")
                ? Finding.ok("UCX for GPU memory", found)
                : Finding.note(
                        "UCX for GPU memory",
                        found + "; cuda_ipc is not among them, so GPU memory goes over TCP, at a hundredth of"
                                + " NVLink's speed");
    }

    private static boolean has(UcxReport report, String transport) {
        return report.resources().stream()
                .anyMatch(resource -> resource.transport().equals(transport));
    }

    /** Each transport once, with its devices. */
    private static String transports(UcxReport report, Predicate<UcxReport.Resource> wanted) {
        Map<String, List<String>> devices = new LinkedHashMap<>();
        for (UcxReport.Resource resource : report.resources()) {
            if (wanted.test(resource)) {
                devices.computeIfAbsent(resource.transport(), unused -> new ArrayList<>())
                        .add(resource.device());
            }
        }
        StringJoiner text = new StringJoiner(", ");
        devices.forEach((transport, names) -> text.add(transport + " (" + String.join(" ", names) + ")"));
        return text.toString();
    }
}
