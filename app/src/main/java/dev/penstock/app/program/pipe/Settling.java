// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.pipe;

import dev.penstock.domain.pipe.ArrivingObject;

/** Settles the objects that arrive, in their order, at once or when somebody is done with them. */
@FunctionalInterface
interface Settling {
    /**
     * Takes an object. On the loop's thread.
     *
     * @param settled to be called on the loop's thread once the object is settled
     */
    void take(ArrivingObject object, Runnable settled);
}
