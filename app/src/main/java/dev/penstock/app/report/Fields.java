// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads parsed JSON. What is missing or of another type is an {@link IllegalArgumentException} that names it. */
public final class Fields {
    private final Map<?, ?> map;

    /** The fields of a JSON object. */
    public Fields(Map<?, ?> map) {
        this.map = map;
    }

    /** A number. */
    public Number number(String name) {
        if (map.get(name) instanceof Number number) {
            return number;
        }
        throw missing(name, "number");
    }

    /** A text. */
    public String text(String name) {
        if (map.get(name) instanceof String text) {
            return text;
        }
        throw missing(name, "text");
    }

    /** An object that need not be there. */
    public Optional<Fields> object(String name) {
        return map.get(name) instanceof Map<?, ?> object ? Optional.of(new Fields(object)) : Optional.empty();
    }

    /** The objects of an array; none if it is not there. */
    public List<Map<String, Object>> objects(String name) {
        List<Map<String, Object>> objects = new ArrayList<>();
        if (map.get(name) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> object) {
                    objects.add(new Fields(object).toMap());
                }
            }
        }
        return objects;
    }

    /** All fields. */
    public Map<String, Object> toMap() {
        Map<String, Object> copy = new HashMap<>();
        map.forEach((name, value) -> {
            if (value != null) {
                copy.put(String.valueOf(name), value);
            }
        });
        return copy;
    }

    private static IllegalArgumentException missing(String name, String type) {
        return new IllegalArgumentException("there is no " + type + " '" + name + "'");
    }
}
