package dev.weft.engine.snapshot;

/** The checks by which records refuse what can't be, with the name of the field. */
final class Bounds {
    private Bounds() {}

    static void require(boolean holds, String field, Number value) {
        if (!holds) {
            throw new IllegalArgumentException(field + " " + value + " is out of range");
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
