// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.program.engine;

import dev.penstock.app.run.ByteSize;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The tiers of the receiver's store, as a person writes them: {@code device=4GiB,host=8GiB,disk=/folder:100GiB}.
 *
 * @param deviceBytes the upper tier, in the memory that chunks arrive in
 * @param hostBytes host memory; page-locked, where the upper tier is a GPU's
 * @param disk files; empty for none
 */
public record TierSizes(long deviceBytes, long hostBytes, Optional<Disk> disk) {
    private static final String FORM =
            "tiers look like device=4GiB,host=8GiB or device=4GiB,host=8GiB,disk=/folder:100GiB";

    /**
     * The tier of files.
     *
     * @param folder where they are
     * @param bytes how many bytes of objects they hold
     */
    public record Disk(Path folder, long bytes) {}

    /**
     * Reads tiers. The device and the host must be there, in this order: what is on disk goes through host memory.
     *
     * @throws IllegalArgumentException saying what is wrong, and what tiers look like
     */
    public static TierSizes parse(String text) {
        String[] parts = text.split(",", 3);
        if (parts.length < 2) {
            throw new IllegalArgumentException("--tiers '" + text + "' has no "
                    + (text.startsWith("device=") ? "host" : "device") + " tier; " + FORM);
        }
        long device = size("device", parts[0]);
        long host = size("host", parts[1]);
        if (parts.length < 3) {
            return new TierSizes(device, host, Optional.empty());
        }
        String disk = valueOf("disk", parts[2]);
        int colon = disk.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("--tiers: 'disk=" + disk + "' names no folder with a size; " + FORM);
        }
        try {
            Path folder = Path.of(disk.substring(0, colon));
            return new TierSizes(
                    device, host, Optional.of(new Disk(folder, positive("disk", disk.substring(colon + 1)))));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("--tiers: '" + disk.substring(0, colon) + "' is no folder", e);
        }
    }

    private static long size(String tier, String part) {
        return positive(tier, valueOf(tier, part));
    }

    private static String valueOf(String tier, String part) {
        if (!part.startsWith(tier + "=")) {
            throw new IllegalArgumentException("--tiers: '" + part + "' is not the " + tier + " tier; " + FORM);
        }
        return part.substring(tier.length() + 1);
    }

    private static long positive(String tier, String size) {
        long bytes = ByteSize.parse(size);
        if (bytes <= 0) {
            throw new IllegalArgumentException("--tiers: the " + tier + " tier has no room; " + FORM);
        }
        return bytes;
    }

    /** What {@link #parse} reads again. */
    @Override
    public String toString() {
        return "device=" + deviceBytes + ",host=" + hostBytes
                + disk.map(files -> ",disk=" + files.folder() + ":" + files.bytes())
                        .orElse("");
    }
}
