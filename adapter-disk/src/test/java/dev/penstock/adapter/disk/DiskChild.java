// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.disk;

import dev.penstock.adapter.host.DirectRegions;
import dev.penstock.adapter.host.HostMemory;
import dev.penstock.ports.KvTransferException;
import dev.penstock.ports.storage.ObjectFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;

/**
 * A process that works on a folder and says what it has done, a line each: {@code written NUMBER SEED LENGTH},
 * {@code removed NUMBER}, or {@code failed KIND MESSAGE}, its last.
 */
final class DiskChild {
    /** It keeps as many before it removes the oldest. */
    static final int KEPT = 20;

    private DiskChild() {}

    /**
     * Writes objects until something fails.
     *
     * @param args the folder, the first seed, the length of an object, and {@code remove} to remove older ones
     */
    public static void main(String[] args) {
        long seed = Long.parseLong(args[1]);
        int length = Integer.parseInt(args[2]);
        boolean remove = args.length > 3;
        ArrayDeque<ObjectFile> kept = new ArrayDeque<>();
        try (HostMemory memory = new HostMemory(new DirectRegions());
                DiskObjectFiles files = DiskObjectFiles.open(Path.of(args[0]), 2, memory)) {
            while (true) {
                byte[] description = Long.toString(seed).getBytes(StandardCharsets.US_ASCII);
                ObjectFile file = Disk.write(files, memory, description, Disk.content(seed, length));
                say("written " + file.number() + " " + seed + " " + length);
                seed++;
                kept.add(file);
                if (remove && kept.size() > KEPT) {
                    ObjectFile old = kept.remove();
                    Disk.await(files, told -> files.submitRemove(old, told));
                    say("removed " + old.number());
                }
            }
        } catch (KvTransferException e) {
            say("failed " + e.kind() + " " + e.getMessage());
        }
    }

    @SuppressWarnings("SystemOut") // Its parent reads it.
    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
