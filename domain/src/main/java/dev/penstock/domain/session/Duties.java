// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.session;

import java.util.function.IntSupplier;

/** Where a part of the domain that must be stepped says so; {@link Node} is one, so that its loop steps everything. */
public interface Duties {
    /**
     * From now on each step calls {@code duty}, for as long as the node lives.
     *
     * @param duty returns how much was done, 0 if nothing; must not block or throw
     */
    void addDuty(IntSupplier duty);
}
