// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.ports.control.NodeId;
import java.util.ArrayList;
import java.util.List;

/** Sessions that are over, for as long as memory of theirs may still be touched. */
final class PastSessions {
    /** Something of this side, or a holder of an object, may touch their memory. */
    private final List<Session> lingering = new ArrayList<>();
    /** Failed with pages of a store in quarantine: the peer may still write them. */
    private final List<Session> quarantining = new ArrayList<>();

    /** Takes a session that is over. */
    void add(Session session) {
        lingering.add(session);
    }

    /** Whether nothing holds memory any more, but for a store's pages in quarantine. */
    boolean isEmpty() {
        return lingering.isEmpty();
    }

    /** Gives back what nothing touches any more. Returns how many sessions that ended. */
    int release() {
        int released = 0;
        for (int i = lingering.size() - 1; i >= 0; i--) {
            Session session = lingering.get(i);
            if (session.release()) {
                lingering.remove(i);
                if (session.hasQuarantine() && session.grantedLastingPages()) {
                    quarantining.add(session);
                }
                released++;
            }
        }
        return released;
    }

    /** Whether a write to that node may still be under way. */
    boolean mayStillWriteTo(NodeId node) {
        for (Session session : lingering) {
            if (session.mayStillWrite() && session.isWith(node)) {
                return true;
            }
        }
        return false;
    }

    /** That node is known to write no more in these sessions. */
    void liftQuarantineOf(NodeId node) {
        lingering.forEach(session -> liftQuarantine(session, node));
        quarantining.removeIf(session -> liftQuarantine(session, node));
    }

    private static boolean liftQuarantine(Session session, NodeId node) {
        if (!session.isWith(node)) {
            return false;
        }
        session.liftQuarantine();
        return true;
    }
}
