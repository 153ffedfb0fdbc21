// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.engine.hash;

import dev.penstock.domain.kv.DType;
import dev.penstock.domain.kv.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What all keys of one worker's cache have in common. Keys are the strings of LMCache's cache engine:
 * {@code model@worldSize@workerId@hash@dtype[@tag%value...]}, with {@code @layer} behind the element type for the key of
 * one layer.
 *
 * @param model the model's name: not empty, without {@code @}, which parts a key
 * @param worldSize how many workers share the model, positive
 * @param workerId which of them this is, not negative
 * @param dtype the type of the cache's elements
 * @param tags what else tells caches apart, in the order in which it stands in keys
 * @param algorithm where the hashes come from, which decides how they are written
 */
public record CacheKeySpace(
        String model, int worldSize, int workerId, DType dtype, List<Tag> tags, HashAlgorithm algorithm) {
    private static final char SEPARATOR = '@';
    /** Model, world size, worker, hash and element type. */
    private static final int FIXED_PARTS = 5;

    private static final int NO_LAYER = -1;

    /**
     * One more mark of a key.
     *
     * @param name not empty, without {@code @} and {@code %}
     * @param value without {@code @}
     */
    public record Tag(String name, String value) {
        private static final char SEPARATOR = '%';

        /** Checks the texts. */
        public Tag {
            if (name.isEmpty() || name.indexOf(CacheKeySpace.SEPARATOR) >= 0 || name.indexOf(SEPARATOR) >= 0) {
                throw new IllegalArgumentException(
                        "a tag's name is not empty and has no '@' or '%', unlike '" + name + "'");
            }
            if (value.indexOf(CacheKeySpace.SEPARATOR) >= 0) {
                throw new IllegalArgumentException("a tag's value has no '@', unlike '" + value + "'");
            }
        }

        private static Tag parse(String text) {
            int at = text.indexOf(SEPARATOR);
            if (at < 0) {
                throw new IllegalArgumentException("'" + text + "' is no tag; one looks like name%value");
            }
            return new Tag(text.substring(0, at), text.substring(at + 1));
        }
    }

    /** Checks the parts, and that the longest key is not too long for an object. */
    public CacheKeySpace {
        Objects.requireNonNull(dtype, "dtype");
        Objects.requireNonNull(algorithm, "algorithm");
        tags = List.copyOf(tags);
        if (model.isEmpty()) {
            throw new IllegalArgumentException("the model's name is empty");
        }
        if (model.indexOf(SEPARATOR) >= 0) {
            throw new IllegalArgumentException("the model's name '" + model
                    + "' has an '@', which separates the parts of a cache key; give the model a name without it");
        }
        if (worldSize <= 0 || workerId < 0) {
            throw new IllegalArgumentException("worker " + workerId + " of " + worldSize);
        }
        ObjectMeta.checkKey(join(model, worldSize, workerId, "-8000000000000000", dtype, Integer.MAX_VALUE, tags));
    }

    /** A space without tags. */
    public CacheKeySpace(String model, int worldSize, int workerId, DType dtype, HashAlgorithm algorithm) {
        this(model, worldSize, workerId, dtype, List.of(), algorithm);
    }

    /** The key of the chunk with that hash. */
    public String key(long hash) {
        return join(model, worldSize, workerId, algorithm.hex(hash), dtype, NO_LAYER, tags);
    }

    /** The key of one layer of the chunk with that hash. */
    public String layerKey(long hash, int layer) {
        if (layer < 0) {
            throw new IllegalArgumentException("layer " + layer);
        }
        return join(model, worldSize, workerId, algorithm.hex(hash), dtype, layer, tags);
    }

    /**
     * Reads a key that {@link #key} or {@link #layerKey} of some space wrote.
     *
     * @param algorithm where its hash comes from, which a key doesn't tell
     * @throws IllegalArgumentException saying what is wrong
     */
    public static CacheKey parse(String key, HashAlgorithm algorithm) {
        String[] parts = key.split(String.valueOf(SEPARATOR), -1);
        if (parts.length < FIXED_PARTS) {
            throw new IllegalArgumentException("'" + key + "' is no cache key: it has " + parts.length
                    + " parts, one looks like model@worldSize@workerId@hash@dtype");
        }
        try {
            OptionalInt layer = OptionalInt.empty();
            int firstTag = FIXED_PARTS;
            if (parts.length > FIXED_PARTS && parts[FIXED_PARTS].indexOf(Tag.SEPARATOR) < 0) {
                layer = OptionalInt.of(Integer.parseInt(parts[FIXED_PARTS]));
                firstTag++;
            }
            List<Tag> tags = new ArrayList<>(parts.length - firstTag);
            for (int i = firstTag; i < parts.length; i++) {
                tags.add(Tag.parse(parts[i]));
            }
            CacheKeySpace space = new CacheKeySpace(
                    parts[0],
                    Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2]),
                    DType.parse(parts[4]),
                    tags,
                    algorithm);
            CacheKey parsed = new CacheKey(space, algorithm.parseHex(parts[3]), layer);
            // Two texts must not mean one key: 01 is not 1, and float16 is not half.
            if (parsed.toString().equals(key)) {
                return parsed;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + key + "' is no cache key: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("'" + key + "' is no cache key: some part is not in its shortest form");
    }

    private static String join(
            String model, int worldSize, int workerId, String hash, DType dtype, int layer, List<Tag> tags) {
        StringBuilder key = new StringBuilder(model.length() + 64)
                .append(model)
                .append(SEPARATOR)
                .append(worldSize)
                .append(SEPARATOR)
                .append(workerId)
                .append(SEPARATOR)
                .append(hash)
                .append(SEPARATOR)
                .append(dtype.label());
        if (layer != NO_LAYER) {
            key.append(SEPARATOR).append(layer);
        }
        for (Tag tag : tags) {
            key.append(SEPARATOR).append(tag.name).append(Tag.SEPARATOR).append(tag.value);
        }
        return key.toString();
    }
}
