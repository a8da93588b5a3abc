package dev.weft.engine.call;

/** Where an attempt's header edits go: the library's own request. Names match without case. */
public interface HeaderWriter {
    /** Whether the header is there already; false where the library doesn't tell. */
    default boolean contains(String name) {
        return false;
    }

    /** Replaces every value of the header. */
    void set(String name, String value);

    /** Adds one more value. */
    void add(String name, String value);

    /** Removes every value; no effect when there is none. */
    void remove(String name);
}
