// SPDX-License-Identifier: Apache-2.0
package dev.penstock.adapter.disk;

import dev.penstock.adapter.host.DirectRegions;
import dev.penstock.adapter.host.HostMemory;
import dev.penstock.ports.memory.Memory;
import dev.penstock.ports.storage.ObjectFile;
import dev.penstock.ports.storage.ObjectFiles;
import dev.penstock.transport.testkit.storage.ObjectFilesContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class DiskObjectFilesContractTest extends ObjectFilesContract {
    private final HostMemory memory = new HostMemory(new DirectRegions());

    @TempDir
    Path folder;

    @Override
    protected Memory memory() {
        return memory;
    }

    @Override
    protected ObjectFiles open() {
        return DiskObjectFiles.open(folder, 3, memory);
    }

    @Override
    protected void damage(ObjectFile file, long objectOffsetBytes) {
        Disk.flip(Disk.whole(folder, file.number()), FileHead.objectAt(file) + objectOffsetBytes);
    }

    @AfterEach
    void freeMemory() {
        // After the files of the contract: they use it.
        memory.close();
    }
}
