// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.adapter.nixl.ffm.UcxReport;
import dev.penstock.adapter.nixl.ffm.UcxReport.Resource;
import dev.penstock.transport.nixl.library.NixlLookup;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UcxFindingsTest {
    private static final Resource CMA = new Resource("cma", "cma", "memory");
    private static final Resource TCP = new Resource("tcp", "tcp", "lo");
    private static final Resource OTHER_TCP = new Resource("tcp", "tcp", "eth0");
    private static final Resource CUDA_COPY = new Resource("cuda_cpy", "cuda_copy", "cuda");
    private static final Resource CUDA_IPC = new Resource("cuda_ipc", "cuda_ipc", "cuda");

    private static UcxReport report(Resource... resources) {
        return new UcxReport("1.22.0", Path.of("/libs/libucp.so.0"), Arrays.asList(resources));
    }

    @Test
    void shouldNameTheTransportsOfEachKindOfMemory() {
        Map<String, String> environment = Map.of("UCX_TLS", "cma,tcp", "UCX_NET_DEVICES", "lo");

        assertThat(UcxFindings.describe(report(CMA, TCP, OTHER_TCP, CUDA_COPY, CUDA_IPC), environment))
                .containsExactly(
                        Finding.ok("UCX", "1.22.0 at /libs/libucp.so.0"),
                        Finding.ok("UCX settings", "UCX_TLS=cma,tcp UCX_NET_DEVICES=lo"),
                        Finding.ok("UCX for host memory", "cma (memory), tcp (lo eth0)"),
                        Finding.ok("UCX for GPU memory", "cuda_copy (cuda), cuda_ipc (cuda)"));
    }

    @Test
    void shouldSayWhatAMissingTransportCosts() {
        assertThat(UcxFindings.describe(report(TCP, CUDA_COPY), Map.of()))
                .filteredOn(finding -> finding.verdict() == Finding.Verdict.NOTE)
                .satisfiesExactly(
                        host -> assertThat(host.text()).contains("cma is not among them", "process_vm_writev"),
                        gpu -> assertThat(gpu.text()).contains("cuda_ipc is not among them"));
    }

    @Test
    void shouldSayThatThereIsNothingForAGpu() {
        assertThat(UcxFindings.describe(report(CMA), Map.of()))
                .contains(Finding.note(
                        "UCX for GPU memory", "none: UCX finds no GPU; with one, NVIDIA's driver is needed"));
    }

    @Test
    void shouldAskTheUcxOfThisHost() {
        List<Finding> findings = UcxFindings.look(NixlLookup.here());

        assertThat(findings).extracting(Finding::topic).startsWith("UCX", "UCX settings");
        assertThat(findings)
                .allMatch(finding -> finding.verdict() != Finding.Verdict.PROBLEM)
                .anyMatch(finding -> finding.text().contains("tcp ("));
    }

    @Test
    void shouldLeaveAMissingNixlToOthers() {
        assertThat(UcxFindings.look(new NixlLookup.Missing("nowhere"))).isEmpty();
    }
}
