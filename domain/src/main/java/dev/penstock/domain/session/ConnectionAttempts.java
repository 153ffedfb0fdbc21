// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import dev.penstock.ports.FailureKind;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.control.ControlAddress;
import dev.penstock.ports.control.ControlLink;
import dev.penstock.ports.control.ControlPlane;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Initiators' sessions that have reached nobody yet. Each is tried again, for the acceptor may start later, until its
 * session gives up.
 */
final class ConnectionAttempts {
    private final ControlPlane control;
    private final long retryIntervalNs;
    private final List<Attempt> attempts = new ArrayList<>();

    private static final class Attempt {
        final Session session;
        final ControlAddress address;
        long nextTry;

        /** Null before the first try, and when the last one failed. */
        @Nullable
        ControlLink link;

        Attempt(Session session, ControlAddress address, long nextTry) {
            this.session = session;
            this.address = address;
            this.nextTry = nextTry;
        }
    }

    ConnectionAttempts(ControlPlane control, long retryIntervalNs) {
        this.control = control;
        this.retryIntervalNs = retryIntervalNs;
    }

    /** The first try is made in the next step. */
    void begin(Session session, ControlAddress address, long now) {
        attempts.add(new Attempt(session, address, now));
    }

    /** Tries what is due, and forgets what has given up. Returns how many tries were made. */
    int step(long now) {
        int tries = 0;
        for (int i = attempts.size() - 1; i >= 0; i--) {
            Attempt attempt = attempts.get(i);
            if (attempt.session.state() != Session.State.CONNECTING) {
                attempts.remove(i);
                if (attempt.link != null) {
                    control.close(attempt.link);
                }
            } else if (attempt.link == null && now - attempt.nextTry >= 0) {
                connect(attempt, now);
                tries++;
            }
        }
        return tries;
    }

    private void connect(Attempt attempt, long now) {
        try {
            attempt.link = control.connect(attempt.address);
            attempt.nextTry = now + retryIntervalNs;
        } catch (KvTransferException e) {
            attempt.session.fail(e);
        }
    }

    /** A link came up. Returns the session that it was opened for, or null if that has given up. */
    @Nullable
    Session reached(ControlLink link) {
        Attempt attempt = of(link);
        if (attempt == null || attempt.session.state() != Session.State.CONNECTING) {
            return null;
        }
        attempts.remove(attempt);
        return attempt.session;
    }

    /** A link did not come up. Returns whether it was one of these. */
    boolean closed(ControlLink link, KvTransferException cause) {
        Attempt attempt = of(link);
        if (attempt == null) {
            return false;
        }
        if (cause.kind() == FailureKind.PEER_LOST) {
            attempt.link = null;
        } else {
            attempt.session.fail(cause);
        }
        return true;
    }

    private @Nullable Attempt of(ControlLink link) {
        for (Attempt attempt : attempts) {
            if (link.equals(attempt.link)) {
                return attempt;
            }
        }
        return null;
    }
}
