// SPDX-License-Identifier: Apache-2.0
package dev.penstock.app.run;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as people write and read them: {@code 4GiB}, {@code 128MiB}, {@code 4096}. */
public final class ByteSize {
    private static final Pattern FORM =
            Pattern.compile("(\\d{1,18})(?:\\.(\\d{1,6}))?\\s*([KMGT]?)(?:iB|B)?", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "KMGT";
    private static final long UNIT = 1024;

    private ByteSize() {}

    /**
     * Reads a size. Units are powers of 1024, whether written {@code GiB}, {@code GB} or {@code G}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static long parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw notASize(text);
        }
        int power =
                matcher.group(3).isEmpty() ? 0 : UNITS.indexOf(matcher.group(3).toUpperCase(Locale.ROOT)) + 1;
        long unit = 1L << (10 * power);
        long whole = Long.parseLong(matcher.group(1));
        if (whole > Long.MAX_VALUE / 2 / unit) {
            throw notASize(text);
        }
        long bytes = whole * unit;
        String fraction = matcher.group(2);
        return fraction == null ? bytes : bytes + Math.round(Double.parseDouble("0." + fraction) * unit);
    }

    private static IllegalArgumentException notASize(String text) {
        return new IllegalArgumentException("'" + text + "' is no size; sizes look like 4GiB, 128MiB, 64KiB or 4096");
    }

    /** Writes a size for people: at most three digits before the point, exact where it is a whole number of its unit. */
    public static String format(long bytes) {
        long unit = 1;
        int power = 0;
        while (power < UNITS.length() && Math.abs(bytes) >= unit * UNIT) {
            unit *= UNIT;
            power++;
        }
        if (power == 0) {
            return bytes + " B";
        }
        String name = UNITS.charAt(power - 1) + "iB";
        return bytes % unit == 0
                ? bytes / unit + " " + name
                : String.format(Locale.ROOT, "%.1f %s", (double) bytes / unit, name);
    }
}
