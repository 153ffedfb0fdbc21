// SPDX-License-Identifier: Apache-2.0
package dev.penstock.transport.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.ports.memory.ChunkLayout;
import dev.penstock.ports.memory.PagedKv;
import dev.penstock.ports.memory.PagedKvLayout;
import dev.penstock.ports.memory.PagedPiece;
import dev.penstock.ports.memory.Region;
import dev.penstock.ports.memory.RegionId;
import dev.penstock.ports.memory.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A paged cache of random shape with random content, a sequence scattered over it with holes, dense memory, and pieces of
 * the sequence's chunks; and what must be where after a gather or a scatter, worked out row by row on copies.
 */
final class PagedScene {
    private static final int ALIGNMENT = 8;
    private static final double HOLES = 0.2;
    private static final double LEFT_OUT = 0.2;

    private final MemoryHarness harness;
    private final Random random;
    private final Map<RegionId, byte[]> copies = new LinkedHashMap<>();
    private final PagedKv cache;
    private final Region dense;
    private final List<PagedPiece> pieces = new ArrayList<>();

    PagedScene(MemoryHarness harness, Random random) {
        this.harness = harness;
        this.random = random;
        PagedKvLayout layout = new PagedKvLayout(
                1 + random.nextInt(5),
                1 + random.nextInt(2),
                1 + random.nextInt(9),
                1 + random.nextInt(9),
                8 * (1 + random.nextInt(random.nextBoolean() ? 6 : 200)));
        cache = new PagedKv(layout, layers(layout));
        int[] slotMapping = slotMapping(layout.tokenSlots());
        long most = layout.chunkBytes(layout.layers(), slotMapping.length);
        dense = region(Math.toIntExact(4 * most) + 100 * ALIGNMENT);
        long end = 0;
        for (int token = 0; token < slotMapping.length; ) {
            int tokens = 1 + random.nextInt(slotMapping.length - token);
            end = addChunk(slotMapping, token, tokens, end);
            token += tokens;
        }
    }

    /** All layers in one region with gaps, or each in a region of its own. */
    private List<Span> layers(PagedKvLayout layout) {
        int bytes = Math.toIntExact(layout.layerBytes());
        boolean together = random.nextBoolean();
        Region shared = region(layout.layers() * (bytes + 3 * ALIGNMENT));
        List<Span> layers = new ArrayList<>();
        for (int layer = 0; layer < layout.layers(); layer++) {
            Region region = together ? shared : region(bytes + 3 * ALIGNMENT);
            int begin = together ? layer * (bytes + 3 * ALIGNMENT) : 0;
            layers.add(region.span().slice(begin + gap(), bytes));
        }
        Collections.shuffle(layers, random);
        return layers;
    }

    /** Different places for all tokens, or none; several side by side, as in a block, or all by themselves. */
    private int[] slotMapping(int slots) {
        int most = random.nextBoolean() ? 1 : 1 + random.nextInt(8);
        List<int[]> runs = new ArrayList<>();
        for (int slot = 0; slot < slots; slot += most) {
            runs.add(IntStream.range(slot, Math.min(slots, slot + most)).toArray());
        }
        Collections.shuffle(runs, random);
        int[] places = runs.stream()
                .flatMapToInt(Arrays::stream)
                .limit(1 + random.nextInt(Math.min(slots, 40)))
                .toArray();
        for (int token = 0; token < places.length; token++) {
            boolean afterHole = token > 0 && places[token - 1] < 0;
            if (random.nextDouble() < (afterHole ? 0.5 : HOLES)) {
                places[token] = -1;
            }
        }
        return places;
    }

    /** Cuts a chunk into runs of rows and puts most of them into dense memory, behind {@code end}. */
    private long addChunk(int[] slotMapping, int firstToken, int tokens, long end) {
        PagedKvLayout layout = cache.layout();
        int firstLayer = random.nextInt(layout.layers());
        int layerCount = 1 + random.nextInt(layout.layers() - firstLayer);
        ChunkLayout order = random.nextBoolean() ? ChunkLayout.LAYERS_FIRST : ChunkLayout.PLANES_FIRST;
        int objectRows = layerCount * layout.planes() * tokens;
        long at = end;
        for (int row = 0; row < objectRows; ) {
            // Runs begin at even rows: these are whole units of the digest, whatever a row's size.
            int rows = Math.min(objectRows - row, 2 * (1 + random.nextInt(1 + objectRows / 2)));
            if (random.nextDouble() >= LEFT_OUT) {
                Span place = dense.span().slice(at, (long) rows * layout.rowBytes());
                pieces.add(new PagedPiece(
                        cache, firstLayer, layerCount, order, slotMapping, firstToken, tokens, row, rows, place));
                at = place.endBytes() + (random.nextInt(8) == 0 ? gap() : 0);
            }
            row += rows;
        }
        return at;
    }

    private int gap() {
        return ALIGNMENT * random.nextInt(4);
    }

    private Region region(int lengthBytes) {
        byte[] content = MemoryHarness.randomBytes(random, lengthBytes);
        Region region = harness.regionOf(content);
        copies.put(region.id(), content);
        return region;
    }

    List<PagedPiece> pieces() {
        return Collections.unmodifiableList(pieces);
    }

    /** Overwrites the dense memory with new random bytes. */
    void refillDense() {
        byte[] content = copy(dense.id());
        random.nextBytes(content);
        harness.write(dense, 0, content);
    }

    /** Overwrites all regions of the cache, and so all its rows, with new random bytes. */
    void poisonCache() {
        for (RegionId id : copies.keySet()) {
            if (!id.equals(dense.id())) {
                byte[] content = copy(id);
                random.nextBytes(content);
                harness.write(harness.memory().region(id), 0, content);
            }
        }
    }

    /** Works out what a gather of all pieces does. */
    void expectGather() {
        for (PagedPiece piece : pieces) {
            moveRows(piece, true);
        }
    }

    /** Works out what a scatter of all pieces does. */
    void expectScatter() {
        for (PagedPiece piece : pieces) {
            moveRows(piece, false);
        }
    }

    private void moveRows(PagedPiece piece, boolean gather) {
        int rowBytes = cache.layout().rowBytes();
        byte[] denseCopy = copy(dense.id());
        List<Row> rows = rows(piece);
        for (int i = 0; i < piece.rows(); i++) {
            Row row = rows.get(piece.firstRow() + i);
            int at = (int) piece.dense().offsetBytes() + i * rowBytes;
            int slot = piece.slotMapping()[piece.firstToken() + row.token()];
            Span layer = cache.layers().get(piece.firstLayer() + row.layer());
            byte[] layerCopy = copy(layer.region());
            int paged = (int) layer.offsetBytes()
                    + (row.plane() * cache.layout().blocks() * cache.layout().tokensPerBlock() + slot) * rowBytes;
            if (slot >= 0 && gather) {
                System.arraycopy(layerCopy, paged, denseCopy, at, rowBytes);
            } else if (slot >= 0) {
                System.arraycopy(denseCopy, at, layerCopy, paged, rowBytes);
            } else if (gather) {
                Arrays.fill(denseCopy, at, at + rowBytes, (byte) 0);
            }
        }
    }

    private record Row(int layer, int plane, int token) {}

    /** All rows of a piece's object, in the object's order. */
    private static List<Row> rows(PagedPiece piece) {
        int planes = piece.cache().layout().planes();
        boolean layersFirst = piece.layout() == ChunkLayout.LAYERS_FIRST;
        List<Row> rows = new ArrayList<>();
        for (int outer = 0; outer < (layersFirst ? piece.layerCount() : planes); outer++) {
            for (int inner = 0; inner < (layersFirst ? planes : piece.layerCount()); inner++) {
                for (int token = 0; token < piece.tokens(); token++) {
                    rows.add(layersFirst ? new Row(outer, inner, token) : new Row(inner, outer, token));
                }
            }
        }
        return rows;
    }

    /** The digest of a piece's dense bytes as they are expected. */
    long expectedDigest(PagedPiece piece) {
        int from = (int) piece.dense().offsetBytes();
        int to = (int) piece.dense().endBytes();
        return NaiveDigest.of(Arrays.copyOfRange(copy(dense.id()), from, to), piece.objectOffsetBytes());
    }

    /** Compares all memory, the gaps too, with what is expected. */
    void verify() {
        for (Map.Entry<RegionId, byte[]> copy : copies.entrySet()) {
            Region region = harness.memory().region(copy.getKey());
            assertThat(harness.read(region))
                    .as(copy.getKey().equals(dense.id()) ? "dense memory" : "cache")
                    .isEqualTo(copy.getValue());
        }
    }

    void free() {
        copies.keySet().forEach(harness.memory()::free);
    }

    private byte[] copy(RegionId region) {
        return Objects.requireNonNull(copies.get(region));
    }
}
