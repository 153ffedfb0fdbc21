// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.cli;

import dev.penstock.app.launch.HostProbe;
import dev.penstock.app.program.Program;
import dev.penstock.app.report.Role;
import dev.penstock.app.run.RunSettings;
import dev.penstock.app.run.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The flags with which one command starts the process of one role: {@link CommonOptions}, with nothing left to choose. */
final class MemberArguments {
    private MemberArguments() {}

    static List<String> of(
            Program program, Role role, String name, String transport, RunSettings settings, HostProbe host) {
        Sizes sizes = settings.sizes();
        List<String> arguments = new ArrayList<>(List.of("--child", "--quiet"));
        // Asking the host once more would open a transport once more, which takes NIXL half a second.
        add(arguments, "--free-bytes", host.freeBytes());
        if (host.sharedMemory()) {
            arguments.add("--shared-memory");
        }
        add(arguments, "--role", role.label());
        add(arguments, "--node-id", name);
        add(arguments, "--host", settings.address().host());
        add(arguments, "--port", settings.address().port());
        add(arguments, "--num-expected-senders", settings.senders());
        add(arguments, "--transport", transport);
        add(arguments, "--device", settings.device().label());
        add(arguments, "--min-link-gibps", settings.minLinkGibps());
        add(arguments, program.objectsFlag(), sizes.objects());
        add(arguments, "--shape", sizes.shape());
        add(arguments, "--dtype", sizes.dtype().label());
        add(arguments, "--buffer-size", sizes.bufferBytes());
        add(arguments, "--slot-size", sizes.slotBytes());
        add(arguments, "--depth", sizes.depth());
        add(arguments, "--warm-up-rounds", settings.warmUps());
        add(arguments, "--num-rounds", settings.rounds());
        add(arguments, "--digest", OnOff.of(settings.digest()).label());
        add(arguments, "--raw", OnOff.of(settings.raw()).label());
        add(arguments, "--timeout", settings.timeout().toMillis() + "ms");
        add(arguments, "--idle", settings.idle().name().toLowerCase(Locale.ROOT));
        settings.timelines().ifPresent(folder -> add(arguments, "--timeline", folder.toAbsolutePath()));
        return arguments;
    }

    private static void add(List<String> arguments, String flag, Object value) {
        arguments.add(flag);
        arguments.add(String.valueOf(value));
    }
}
