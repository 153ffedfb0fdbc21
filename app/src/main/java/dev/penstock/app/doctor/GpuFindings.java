// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.doctor;

import dev.penstock.adapter.cuda.CudaInventory;
import dev.penstock.app.run.ByteSize;
import dev.penstock.ports.KvTransferException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** The GPUs. */
public final class GpuFindings {
    private GpuFindings() {}

    /** Looks at this host. */
    public static List<Finding> look() {
        try {
            return describe(CudaInventory.take());
        } catch (KvTransferException e) {
            return List.of(Finding.note("GPUs", String.valueOf(e.getMessage())));
        }
    }

    static List<Finding> describe(CudaInventory inventory) {
        int version = inventory.driverVersion();
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("CUDA driver", "knows CUDA " + version / 1000 + "." + version % 1000 / 10));
        for (CudaInventory.Gpu gpu : inventory.gpus()) {
            findings.add(Finding.ok(
                    "cuda:" + gpu.ordinal(),
                    gpu.name() + ", " + ByteSize.format(gpu.totalBytes()) + ", compute capability "
                            + gpu.computeCapability() + peers(gpu)));
        }
        return findings;
    }

    private static String peers(CudaInventory.Gpu gpu) {
        StringJoiner peers = new StringJoiner(", ", ", reaches ", "");
        peers.setEmptyValue("");
        for (CudaInventory.Reach peer : gpu.peers()) {
            peers.add("cuda:" + peer.ordinal() + (peer.nvLink() ? " by NVLink" : " by PCI Express"));
        }
        return peers.toString();
    }
}
