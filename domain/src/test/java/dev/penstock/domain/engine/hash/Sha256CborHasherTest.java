// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import co.nstant.in.cbor.CborBuilder;
import co.nstant.in.cbor.CborEncoder;
import co.nstant.in.cbor.CborException;
import co.nstant.in.cbor.model.Array;
import co.nstant.in.cbor.model.DataItem;
import co.nstant.in.cbor.model.UnsignedInteger;
import dev.penstock.transport.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Sha256CborHasherTest {
    @Test
    void shouldEqualLmcache() {
        Sha256CborHasher hasher = new Sha256CborHasher("0");
        int[] tokens = HashVectors.range(0, 512);

        long c0 = hasher.next(hasher.root(), tokens, 0, 256);
        long c1 = hasher.next(c0, tokens, 256, 512);

        assertThat(hasher.root()).isEqualTo(5625442194607170974L);
        assertThat(hasher.algorithm().hex(c0)).isEqualTo("b8a960cfcc69e7a5");
        assertThat(hasher.algorithm().hex(c1)).isEqualTo("cc309e143d545625");
    }

    @Test
    void shouldStartFromWhatVllmTakesWhereNoSeedIsSet() {
        assertThat(Long.toUnsignedString(new Sha256CborHasher("vllm-none-hash").root()))
                .isEqualTo("11230124004819357437");
    }

    @Test
    void shouldEqualCbor2OverAllVectors() {
        List<String[]> roots = HashVectors.lines(HashAlgorithm.SHA256_CBOR, "root");
        List<String[]> chunks = HashVectors.lines(HashAlgorithm.SHA256_CBOR, "next");

        assertThat(roots).hasSizeGreaterThanOrEqualTo(10);
        assertThat(chunks).hasSizeGreaterThan(200);
        for (String[] root : roots) {
            assertThat(new Sha256CborHasher(root[0]).root())
                    .as("root of seed '%s'", root[0])
                    .isEqualTo(Long.parseUnsignedLong(root[1]));
        }
        Sha256CborHasher hasher = new Sha256CborHasher("0");
        for (String[] chunk : chunks) {
            int[] tokens = HashVectors.tokens(chunk[3]);
            assertThat(hasher.next(Long.parseUnsignedLong(chunk[1]), tokens, 0, tokens.length))
                    .as("hash of %s after %s", chunk[3], chunk[1])
                    .isEqualTo(Long.parseUnsignedLong(chunk[2]));
        }
    }

    @Test
    void shouldWriteHeadsAsALibraryDoes() {
        Seeds.run(random -> {
            byte[] buffer = new byte[16];
            for (int run = 0; run < 20_000; run++) {
                int bits = random.nextInt(65);
                long number = bits == 0 ? 0 : random.nextLong() >>> (64 - bits);
                int end = Sha256CborHasher.putHead(buffer, 0, 0, number);
                assertThat(Arrays.copyOf(buffer, end)).isEqualTo(encoded(unsigned(number)));
            }
        });
    }

    @Test
    void shouldHashWhatALibraryEncodes() {
        Seeds.run(random -> {
            Sha256CborHasher hasher = new Sha256CborHasher("0");
            for (int run = 0; run < 500; run++) {
                int[] tokens = randomTokens(random, random.nextInt(run % 10 == 0 ? 3000 : 300));
                int from = random.nextInt(tokens.length + 1);
                int to = from + random.nextInt(tokens.length + 1 - from);
                long previous = random.nextLong();

                Array chunk = new Array();
                for (int i = from; i < to; i++) {
                    chunk.add(new UnsignedInteger(tokens[i]));
                }
                Array triple = new Array().add(unsigned(previous)).add(chunk).add(new Array());

                assertThat(hasher.next(previous, tokens, from, to))
                        .isEqualTo(Sha256.firstLong(Sha256.create().digest(encoded(triple))));
            }
        });
    }

    /** Short tokens and one long one, so that the hasher's buffer runs full at every place, and ends full too. */
    @Test
    void shouldCrossTheBufferAnywhere() throws CborException {
        Sha256CborHasher hasher = new Sha256CborHasher("0");
        for (int length = 2020; length <= 2060; length++) {
            int[] tokens = new int[length];
            tokens[length - 1] = Integer.MAX_VALUE;
            Array chunk = new Array();
            for (int token : tokens) {
                chunk.add(new UnsignedInteger(token));
            }
            Array triple = new Array().add(unsigned(0)).add(chunk).add(new Array());
            assertThat(hasher.next(0, tokens, 0, length))
                    .as("%d tokens", length)
                    .isEqualTo(Sha256.firstLong(Sha256.create().digest(encoded(triple))));
        }
    }

    @Test
    void shouldRejectNegativeTokensAndWrongRangesAndGoOn() {
        Sha256CborHasher hasher = new Sha256CborHasher("0");
        int[] tokens = {1, 2, -7, 4};
        long expected = hasher.next(1, tokens, 0, 2);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> hasher.next(1, tokens, 1, 4))
                .withMessage("token -7 at index 2 is negative");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> hasher.next(1, tokens, 2, 5));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> hasher.next(1, tokens, 2, 1));
        assertThat(hasher.next(1, tokens, 0, 2)).isEqualTo(expected);
    }

    private static int[] randomTokens(Random random, int length) {
        return random.ints(length, 0, 1 << (1 + random.nextInt(30))).toArray();
    }

    private static UnsignedInteger unsigned(long number) {
        return new UnsignedInteger(new BigInteger(Long.toUnsignedString(number)));
    }

    private static byte[] encoded(DataItem item) throws CborException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new CborEncoder(bytes).encode(new CborBuilder().add(item).build());
        return bytes.toByteArray();
    }
}
