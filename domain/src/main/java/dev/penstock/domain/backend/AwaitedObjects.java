// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.backend;

import dev.penstock.domain.kv.ObjectMeta;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.memory.PagedChunk;
import java.util.Optional;

/**
 * Knows which of the objects that peers put are waited for. An object that one waits for goes straight from the page in which
 * it arrived to where it is wanted, and is not kept. Called on the loop's thread; must not block or throw.
 */
public interface AwaitedObjects {
    /** Nobody waits for anything. */
    AwaitedObjects NONE = new AwaitedObjects() {
        @Override
        public Optional<Taker> taker(ObjectMeta meta) {
            return Optional.empty();
        }

        @Override
        public void kept(String key) {}

        @Override
        public void lost(String key, KvTransferException cause) {}
    };

    /**
     * An object has begun to arrive.
     *
     * @return who takes it, and is told of it from here on; empty if it is to be kept
     */
    Optional<Taker> taker(ObjectMeta meta);

    /** An object that nobody took is in the store. */
    void kept(String key);

    /** An object that nobody took began to arrive, and will not be in the store. */
    void lost(String key, KvTransferException cause);

    /** Takes one object: is told one of {@link #arrived} and {@link #dropped}, once. */
    interface Taker {
        /** Where it is wanted; as long as the object. */
        PagedChunk target();

        /** It is there, whole and checked, and nothing writes there any more. */
        void arrived();

        /** It will not come; its rows are unspecified, but nothing writes there any more. */
        void dropped(KvTransferException cause);
    }
}
