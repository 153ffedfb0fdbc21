// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.exit.ExitCode;
import dev.penstock.app.exit.RunFailure;
import dev.penstock.app.report.LinkResult;
import dev.penstock.domain.pipe.LinkListener;
import dev.penstock.domain.pipe.LinkReport;
import dev.penstock.domain.session.Session;
import dev.penstock.ports.KvTransferException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Measures a sender's link while nothing else is done with it. */
final class LinkMeasure implements LinkListener {
    private final CompletableFuture<LinkReport> measured = new CompletableFuture<>();

    private LinkMeasure() {}

    /** Measures. */
    static LinkResult of(RoleContext context, Session session) {
        LinkMeasure listener = new LinkMeasure();
        context.node().call("measure the link", () -> {
            session.sender().orElseThrow().measureLink(System::nanoTime, listener);
            return listener;
        });
        return LinkResult.of(context.patience().await(listener.measured, () -> {}));
    }

    /**
     * Measures, and says what the link does.
     *
     * @param floorGibps GiB per second
     * @throws RunFailure with UNAVAILABLE if the link does less than the floor; it says what to look at
     */
    static LinkResult atLeast(double floorGibps, RoleContext context, Session session) {
        LinkResult link = of(context, session);
        context.output().note("link: " + link.describe());
        if (link.gibPerSecond().isPresent() && link.gibPerSecond().getAsDouble() < floorGibps) {
            throw new RunFailure(ExitCode.UNAVAILABLE, tooSlow(link, floorGibps));
        }
        return link;
    }

    private static String tooSlow(LinkResult link, double floorGibps) {
        return String.format(
                Locale.ROOT,
                "the link does %s, less than the floor of %.2f GiB/s (--min-link-gibps). UCX falls back to TCP without a"
                        + " word: UCX_TLS must name what reaches the other side's memory (cuda_ipc and cuda_copy for GPUs,"
                        + " cma for host memory) on both sides, and both processes must be in one PID namespace, since"
                        + " cuda_ipc and cma name the other process by its id (containers: --pid=host, or one container)."
                        + " UCX_PROTO_INFO=y shows what UCX chose; --min-link-gibps 0 goes on nevertheless",
                link.describe(),
                floorGibps);
    }

    @Override
    public void measured(LinkReport report) {
        measured.complete(report);
    }

    @Override
    public void failed(KvTransferException cause) {
        measured.completeExceptionally(cause);
    }
}
