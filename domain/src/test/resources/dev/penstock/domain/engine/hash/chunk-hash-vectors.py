#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes chunk-hash-vectors.tsv: what CPython and cbor2 say about chunk hashes.

    pip install cbor2
    python3 chunk-hash-vectors.py > chunk-hash-vectors.tsv

Needs CPython 3.11 or newer on a 64-bit machine. Each line has, between tabs: algorithm, seed, the kind of line, and
    root   the root that comes from the seed
    next   the hash before, the hash of the triple (hash before, tokens, ()), the tokens with commas
    int    an integer and its builtin hash
Numbers are decimal; hashes of sha256_cbor are unsigned, those of builtin signed.
"""

import hashlib
import os
import random
import subprocess
import sys

SHA_SEEDS = ["0", "", "1", "42", "vllm-none-hash", "4294967295", "a" * 23, "b" * 24, "c" * 300, "\u00fcber-\u6c34-\U0001f9ca"]
BUILTIN_SEEDS = ["0", "1", "7", "42", "123", "0042", "65536", "2147483647", "2147483648", "4294967295"]
P = (1 << 61) - 1


def sequences(rng, long):
    if long:
        yield list(range(256))
        yield list(range(256, 512))
    yield []
    yield [0]
    yield [23, 24, 255, 256, 65535, 65536, 2**31 - 1]
    for length in [1, 2, 3, 5, 8, 15, 16, 17, 23, 24, 25] + ([64, 255, 256, 257] if long else []):
        bound = rng.choice([10, 300, 70000, 151936, 2**31])
        yield [rng.randrange(bound) for _ in range(length)]
    if long:
        yield [rng.randrange(2**31) for _ in range(1500)]


def previous_hashes(rng, root, lowest, highest):
    yield root
    for n in [0, 1, -1, -2, 2, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, P - 1, P, P + 1, 2 * P, 2**62, 2**63 - 1]:
        yield n
        yield -n
    for n in [2**63, 2**64 - 1, -(2**63)]:
        yield n
    while True:
        yield rng.randrange(lowest, highest)


def lines(algorithm, seed, function, lowest, highest):
    rng = random.Random(algorithm + seed)
    root = function(seed)
    print(algorithm, seed, "root", root, sep="\t")
    chained = root
    for tokens in sequences(rng, seed == "0"):
        h = function((chained, tuple(tokens), ()))
        print(algorithm, seed, "next", chained, h, ",".join(map(str, tokens)), sep="\t")
        chained = h
    previous = (n for n in previous_hashes(rng, root, lowest, highest) if lowest <= n < highest)
    for _ in range(45 if seed == "0" else 6):
        p = next(previous)
        tokens = [rng.randrange(151936) for _ in range(rng.randrange(12))]
        print(algorithm, seed, "next", p, function((p, tuple(tokens), ())), ",".join(map(str, tokens)), sep="\t")


def ends_in_minus_one():
    """A triple whose hash would be -1 if CPython let that be: the tuple hash, run backwards.

    One in four tokens leads to a hash that an integer can have.
    """
    p1, p2, p5 = 11400714785074694791, 14029467366897019727, 2870177450012600261
    m = 1 << 64

    def back(result, lane):
        x = result * pow(p1, -1, m) % m
        return ((x >> 31 | x << 33) - lane * p2) % m

    for token in range(100):
        before = (-1 - (3 ^ p5 ^ 3527539)) % m
        before = back(back(before, hash(())), hash((token,)))
        x = before * pow(p1, -1, m) % m
        lane = ((x >> 31 | x << 33) % m - p5) * pow(p2, -1, m) % m
        previous = lane - m if lane >= m // 2 else lane
        if abs(previous) < P and previous != -1:
            return previous, (token,)


def sha256_cbor(value):
    import cbor2

    return int.from_bytes(hashlib.sha256(cbor2.dumps(value, canonical=True)).digest()[:8], "big")


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    if len(sys.argv) == 2:
        seed = sys.argv[1]
        lines("builtin", seed, hash, -(2**63), 2**63)
        if seed == "0":
            for n in [0, 1, -1, -2, P - 1, P, P + 1, 1 - P, -P, -P - 1, 2 * P - 1, 2 * P, 2**62, 2**63 - 1, -(2**63)]:
                print("builtin", seed, "int", n, hash(n), sep="\t")
            previous, tokens = ends_in_minus_one()
            h = hash((previous, tokens, ()))
            assert h == 1546275796
            print("builtin", seed, "next", previous, h, tokens[0], sep="\t")
        return
    for seed in SHA_SEEDS:
        lines("sha256_cbor", seed, sha256_cbor, 0, 2**64)
    for seed in BUILTIN_SEEDS:
        sys.stdout.flush()
        subprocess.run([sys.executable, __file__, seed], env={**os.environ, "PYTHONHASHSEED": seed}, check=True)


if __name__ == "__main__":
    main()
