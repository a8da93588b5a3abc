package dev.weft.engine.snapshot;

import com.google.re2j.Pattern;

/** The checks by which records refuse what can't be, with the name of the field. */
final class Bounds {
    /** 146 years: of the clock of the calls not more than half is ahead. */
    private static final long LONGEST = Long.MAX_VALUE / 2;

    private static final int MOST_STEPS = 5_000;

    private Bounds() {}

    static void require(boolean holds, String field, Number value) {
        if (!holds) {
            throw new IllegalArgumentException(field + " " + value + " is out of range");
        }
    }

    /** A time that passes some day: a point in time so far ahead can still be told. */
    static void passes(long nanos, String field) {
        require(nanos > 0 && nanos <= LONGEST, field, nanos);
    }

    /** Large ones take time for each character of what they are held against. */
    static void steps(Pattern pattern, String field) {
        if (pattern.programSize() > MOST_STEPS) {
            throw new IllegalArgumentException(
                    field + " of " + pattern.programSize() + " steps, more than " + MOST_STEPS);
        }
    }

    static void percent(int value, String field) {
        require(value >= 0 && value <= 100, field, value);
    }

    static void named(String field, String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException(field + ": is empty");
        }
    }
}
