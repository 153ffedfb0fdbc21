// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.adapter.cuda.CudaInventory;
import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.graph.TransportCatalog;
import dev.penstock.app.program.Program;
import dev.penstock.app.run.RunSettings;
import dev.penstock.app.run.Sizes;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a run was run with, for its report. */
record RunParameters(Program program, RunSettings settings, TransportCatalog.Choice transport) {
    Map<String, Object> toMap() {
        Sizes sizes = settings.sizes();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("transport", transport.provider().name());
        Map<String, Object> passedOver = new LinkedHashMap<>();
        transport
                .passedOver()
                .forEach(entry -> passedOver.put(entry.name(), entry.problem().orElse("")));
        map.put("transports_passed_over", passedOver);
        transport.nixl().ifPresent(nixl -> map.putAll(NixlFields.of(nixl)));
        map.put("device", settings.device().label());
        settings.device().gpu().ifPresent(gpu -> map.put("gpu", gpuName(gpu)));
        map.put("min_link_gib_per_second", settings.minLinkGibps());
        map.put("shape", sizes.shape().toString());
        map.put("dtype", sizes.dtype().label());
        map.put("object_bytes", sizes.objectBytes());
        map.put("objects", sizes.objects());
        map.put("buffer_bytes", sizes.bufferBytes());
        map.put("slot_bytes", sizes.slotBytes());
        map.put("depth", sizes.depth());
        map.put("warm_up_rounds", settings.warmUps());
        map.put("rounds", settings.rounds());
        map.put("senders", settings.senders());
        map.put("digest", settings.digest());
        map.putAll(program.parameters());
        return map;
    }

    private static String gpuName(int ordinal) {
        return CudaInventory.take().gpus().get(ordinal).name();
    }

    /** The report of a run that failed. */
    Map<String, Object> failed(RuntimeException failure) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("program", program.name());
        map.put("parameters", toMap());
        map.put("exit_code", ExitCode.of(failure).code());
        map.put("failure", String.valueOf(failure.getMessage()));
        return map;
    }
}
