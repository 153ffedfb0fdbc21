// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain.kv;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The sizes of an object's axes, outermost first. A value: two of the same sizes are equal. */
public final class KvShape {
    /** The most axes: one more than {@code [layers][2][blocks][tokensPerBlock][heads]} needs. */
    public static final int MAX_RANK = 6;

    private final List<Integer> sizes;
    /** Asked for with each object. */
    private final long elements;

    /**
     * Copies the list and checks the numbers.
     *
     * @param axes 1 to {@link #MAX_RANK} positive numbers whose product is below 2^63
     */
    public KvShape(List<Integer> axes) {
        sizes = List.copyOf(axes);
        if (sizes.isEmpty() || sizes.size() > MAX_RANK) {
            throw new IllegalArgumentException("a shape has 1 to " + MAX_RANK + " axes, not " + sizes.size());
        }
        long product = 1;
        for (int size : sizes) {
            if (size <= 0) {
                throw new IllegalArgumentException("the sizes of a shape are positive, not " + sizes);
            }
            if (Math.multiplyHigh(product, size) != 0 || product * size < 0) {
                throw new IllegalArgumentException("the shape " + sizes + " has 2^63 elements or more");
            }
            product *= size;
        }
        elements = product;
    }

    /** The shape with these sizes. */
    public static KvShape of(int... sizes) {
        List<Integer> list = new ArrayList<>(sizes.length);
        for (int size : sizes) {
            list.add(size);
        }
        return new KvShape(list);
    }

    /**
     * Reads {@code [32,2,256,1024]}, with or without brackets, spaces around the numbers allowed.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static KvShape parse(String text) {
        String inner = text.strip();
        boolean opens = inner.startsWith("[");
        if (opens != inner.endsWith("]") || inner.length() == 1) {
            throw new IllegalArgumentException("'" + text + "' is no shape; one looks like [32,2,256,1024]");
        }
        if (opens) {
            inner = inner.substring(1, inner.length() - 1);
        }
        // The limit keeps empty parts at the end, and keeps a long hostile text from becoming a long list.
        String[] parts = inner.split(",", MAX_RANK + 1);
        List<Integer> sizes = new ArrayList<>(parts.length);
        for (String part : parts) {
            try {
                sizes.add(Integer.parseInt(part.strip()));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "'" + text + "' is no shape of at most " + MAX_RANK + " axes; one looks like [32,2,256,1024]",
                        e);
            }
        }
        return new KvShape(sizes);
    }

    /** How many axes there are. */
    public int rank() {
        return sizes.size();
    }

    /**
     * The size of one axis.
     *
     * @throws IndexOutOfBoundsException if there is no such axis
     */
    public int size(int axis) {
        return sizes.get(Objects.checkIndex(axis, sizes.size()));
    }

    /** The sizes; can't be changed. */
    public List<Integer> sizes() {
        return sizes;
    }

    /** The product of the sizes. */
    public long elements() {
        return elements;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KvShape shape && sizes.equals(shape.sizes);
    }

    @Override
    public int hashCode() {
        return sizes.hashCode();
    }

    /** The form that {@link #parse} reads and that session terms compare: {@code [32,2,256,1024]}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < sizes.size(); i++) {
            text.append(i == 0 ? "" : ",").append(sizes.get(i));
        }
        return text.append(']').toString();
    }
}
