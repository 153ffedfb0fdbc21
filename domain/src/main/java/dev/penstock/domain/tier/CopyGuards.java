// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.tier;

import dev.penstock.domain.store.ObjectStore;
import dev.penstock.domain.store.StoredObject;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who may be evicted of which tier. An object is guarded while there is no copy below it and one may be made, and in the lowest
 * tier that has it while its key is held or a tier above has it: that one relies on the copy, and would have to make another.
 */
final class CopyGuards {
    private final ObjectStore upper;
    private final ObjectStore host;
    private final @Nullable FileTier files;
    private final WriteBack toHost;
    private final @Nullable WriteBack toFiles;
    private final Predicate<String> held;
    private boolean relied = true;

    /**
     * Guards nothing yet.
     *
     * @param held which keys are not to be lost
     */
    CopyGuards(
            ObjectStore upper,
            ObjectStore host,
            @Nullable FileTier files,
            WriteBack toHost,
            @Nullable WriteBack toFiles,
            Predicate<String> held) {
        this.upper = upper;
        this.host = host;
        this.files = files;
        this.toHost = toHost;
        this.toFiles = toFiles;
        this.held = held;
    }

    /** Whether files are kept for the sake of the same objects in memory. Counts for each key from when it is renewed. */
    void keepFilesForMemory(boolean kept) {
        relied = kept;
    }

    /** To be called when a key's copies, or whether it is held, have changed. */
    void renew(String key) {
        StoredObject above = upper.find(key);
        StoredObject inHost = host.find(key);
        StoredObject inFile = files == null ? null : files.find(key);
        boolean isHeld = held.test(key);
        if (above != null) {
            boolean hasCopy = inHost != null || inFile != null;
            guard(upper, toHost, above, !hasCopy && (isHeld || !above.isRefusedBelow()));
        }
        if (inHost != null) {
            boolean canBeCopied = toFiles != null && !inHost.isRefusedBelow();
            guard(host, toFiles, inHost, inFile == null && (isHeld || above != null || canBeCopied));
        }
        if (inFile != null && files != null) {
            files.guard(inFile, isHeld || (relied && (above != null || inHost != null)));
        }
    }

    private static void guard(ObjectStore store, @Nullable WriteBack writeBack, StoredObject object, boolean guarded) {
        store.guard(object, guarded);
        if (guarded && writeBack != null) {
            writeBack.moreToCopy();
        }
    }
}
