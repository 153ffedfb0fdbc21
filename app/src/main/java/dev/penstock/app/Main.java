// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app;

import dev.penstock.adapter.loopback.LoopbackTransportProvider;
import dev.penstock.app.cli.PenstockCli;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.graph.DaggerAppComponent;
import dev.penstock.app.graph.TransportCatalogs;
import java.nio.file.Path;

/** Where the program starts. */
public final class Main {
    private Main() {}

    /** Does what the arguments say and ends the process with an exit code. */
    public static void main(String[] arguments) {
        Interruption interruption = Interruption.install();
        TransportCatalogs transports =
                nixl -> DaggerAppComponent.factory().create(loopback(), nixl).transports();
        int exit = PenstockCli.run(Main.class.getName(), arguments, transports, System.out, System.err, interruption);
        System.out.flush();
        interruption.finished();
        System.exit(exit);
    }

    private static LoopbackTransportProvider loopback() {
        String directory = System.getenv("PENSTOCK_SHARED_DIR");
        return directory == null || directory.isBlank()
                ? new LoopbackTransportProvider()
                : new LoopbackTransportProvider(Path.of(directory));
    }
}
