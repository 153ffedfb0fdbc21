# SPDX-License-Identifier: Apache-2.0
"""Unpacks from NIXL's wheel the libraries that its UCX back end needs.

Usage: unpack.py WHEEL SCRATCH TARGET

Writes them to SCRATCH, a path that does not exist, and renames that to TARGET when it is complete. What another process
has put there meanwhile is as good, and stays.
"""

import errno
import os
import shutil
import struct
import sys
import zipfile

# What is loaded by name at run time, so that no library's list of needs tells of it.
ROOTS = [
    ".nixl_cu13.mesonpy.libs/libnixl_capi.so",
    ".nixl_cu13.mesonpy.libs/plugins/libplugin_UCX.so",
    "nixl_cu13.libs/ucx/libuct_cma.so.0.0.0",
    "nixl_cu13.libs/ucx/libuct_cuda.so.0.0.0",
    "nixl_cu13.libs/ucx/libucm_cuda.so.0.0.0",
]
LIBRARIES = (".nixl_cu13.mesonpy.libs/", "nixl_cu13.libs/")

# ELF-64, System V ABI: sections are found through the header, names of needed libraries through the dynamic section.
SHT_DYNAMIC = 6
DT_NEEDED = 1


def needed(elf):
    """The file names that a 64-bit little-endian ELF library names as needed."""
    if elf[:6] != b"\x7fELF\x02\x01":
        raise ValueError("not a 64-bit little-endian ELF file")
    table, = struct.unpack_from("<Q", elf, 0x28)
    size, count = struct.unpack_from("<HH", elf, 0x3A)
    sections = [struct.unpack_from("<IIQQQQIIQQ", elf, table + i * size) for i in range(count)]
    names = []
    for section in sections:
        if section[1] != SHT_DYNAMIC:
            continue
        strings = sections[section[6]][4]
        for entry in range(section[4], section[4] + section[5], 16):
            tag, value = struct.unpack_from("<QQ", elf, entry)
            if tag == DT_NEEDED:
                start = strings + value
                names.append(elf[start : elf.index(b"\0", start)].decode())
    return names


def closure(wheel):
    """The roots and all that they need of what the wheel holds; the rest is the system's."""
    within = {}
    for path in wheel.namelist():
        if path.startswith(LIBRARIES):
            within.setdefault(path.rsplit("/", 1)[1], path)
    found = {}
    todo = list(ROOTS)
    while todo:
        path = todo.pop()
        if path not in found:
            found[path] = wheel.read(path)
            todo += [within[name] for name in needed(found[path]) if name in within]
    return found


def unpack(source, scratch, target):
    with zipfile.ZipFile(source) as wheel:
        files = closure(wheel)
        # Their licences go with them.
        files.update((path, wheel.read(path)) for path in wheel.namelist() if ".dist-info/licenses/" in path)
    for path, content in files.items():
        place = os.path.join(scratch, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as file:
            file.write(content)
    try:
        os.rename(scratch, target)
    except OSError as problem:
        if problem.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise
        if not os.path.isfile(os.path.join(target, ROOTS[0])):
            # Something was deleted from it. Nobody can be using it, since without this file it can't be loaded.
            shutil.rmtree(target)
            os.rename(scratch, target)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    try:
        unpack(*sys.argv[1:])
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as failure:
        sys.exit("nixl: %s" % failure)
