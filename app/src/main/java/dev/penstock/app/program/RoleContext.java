// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program;

import dev.penstock.app.console.RunOutput;
import dev.penstock.app.exit.Interruption;
import dev.penstock.app.node.RunningNode;
import dev.penstock.app.run.RunSettings;
import dev.penstock.app.run.Sizes;
import dev.penstock.domain.session.Ring;
import dev.penstock.ports.control.NodeId;
import dev.penstock.ports.memory.Region;

/**
 * What a part of a program works with.
 *
 * @param id who this process is
 * @param node the node, open
 * @param settings the run's
 * @param output what is said while it runs
 * @param interruption to be asked by whatever takes long
 * @param patience how to wait
 */
public record RoleContext(
        NodeId id,
        RunningNode node,
        RunSettings settings,
        RunOutput output,
        Interruption interruption,
        Patience patience) {
    /** The run's sizes. */
    public Sizes sizes() {
        return settings.sizes();
    }

    /**
     * Says how far a round is.
     *
     * @param round its number, 0 for the first of all
     */
    public void progress(int round, long doneBytes, long totalBytes) {
        output.progress(settings.label(round), doneBytes, totalBytes);
    }

    /** Takes memory, which lives as long as the node. */
    public Region allocate(String what, long lengthBytes) {
        return node.call("allocate " + what, () -> node.ports().memory().allocate(lengthBytes));
    }

    /** Takes pages that a peer writes, which live as long as the node. */
    public Ring allocateRing(long lengthBytes) {
        return node.call(
                "allocate a ring",
                () -> Ring.allocate(node.ports().memory(), node.ports().transport(), lengthBytes));
    }

    /** Lets the transport send from memory; until the transport is closed. */
    public void register(String what, Region region) {
        node.call("register " + what, () -> {
            node.ports().transport().register(region);
            return region;
        });
    }

    /** Fills and checks contents. */
    public ContentCheck content() {
        return new ContentCheck(node.pattern(), interruption);
    }
}
