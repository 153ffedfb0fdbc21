// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.graph;

import dev.penstock.app.run.Device;
import dev.penstock.app.timeline.PartTimeline;
import dev.penstock.domain.session.SessionConfig;
import dev.penstock.ports.control.NodeId;
import java.util.Optional;

/**
 * What a node is told.
 *
 * @param id who it is; at most 47 characters, since the transport's endpoint is named after it
 * @param session how its sessions work
 * @param device where its memory is
 * @param timeline told where parts are, if somebody wants to know
 */
public record NodeSettings(NodeId id, SessionConfig session, Device device, Optional<PartTimeline> timeline) {
    /** The longest id: an endpoint's name has 64 characters, 17 of which tell one incarnation from another. */
    public static final int MAX_ID = 47;

    /** Checks the id's length. */
    public NodeSettings {
        if (id.value().length() > MAX_ID) {
            throw new IllegalArgumentException("the node id " + id + " is longer than " + MAX_ID + " characters");
        }
    }
}
