// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFindingsTest {
    @TempDir
    Path root;

    @Test
    void shouldReadWhatTheHostAllows() throws IOException {
        Files.createDirectories(root.resolve("dev/shm"));
        write("proc/self/limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max locked memory         8388608              8388608              bytes
                Max open files            1024                 1048576              files
                """);
        write("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
        write("proc/sys/kernel/yama/ptrace_scope", "1\n");

        assertThat(new HostFindings(root).findings())
                .anySatisfy(finding -> {
                    assertThat(finding.topic()).isEqualTo("locked memory");
                    assertThat(finding.verdict()).isEqualTo(Finding.Verdict.NOTE);
                    assertThat(finding.text()).contains("limited to 8388608 bytes (ulimit -l)");
                })
                .anySatisfy(finding -> assertThat(finding).isEqualTo(Finding.ok("open files", "at most 1024")))
                .anySatisfy(finding -> assertThat(finding.text()).contains("transparent huge pages are off"))
                .anySatisfy(finding -> assertThat(finding.text()).contains("ptrace_scope is 1"));
    }

    @Test
    void shouldSayNothingOfWhatIsNotThere() {
        assertThat(new HostFindings(root).findings())
                .extracting(Finding::topic)
                .containsExactly("system", "shared memory");
    }

    @Test
    void shouldFindNothingWrongWithAnUnrestrictedHost() throws IOException {
        write("proc/self/limits", """
                Max locked memory         unlimited            unlimited            bytes
                Max open files            unlimited            unlimited            files
                """);
        write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        write("proc/sys/kernel/yama/ptrace_scope", "0\n");

        assertThat(new HostFindings(root).findings())
                .filteredOn(finding -> !finding.topic().equals("shared memory"))
                .extracting(Finding::verdict)
                .containsOnly(Finding.Verdict.OK);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
