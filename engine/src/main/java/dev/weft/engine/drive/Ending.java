package dev.weft.engine.drive;

import dev.weft.engine.call.End;

/**
 * Where an adapter reports that a delivered answer is over, and, where somebody heeds it, how its body comes and what
 * comes behind it.
 */
@FunctionalInterface
public interface Ending {
    /** It is over. Only the first report counts. */
    void end(End end);

    /** Whether {@link #waits} and {@link #rests} are heard; the same for as long as the answer is read. */
    default boolean heedsBytes() {
        return false;
    }

    /** Whether trailers are to be told with the end, where the library knows them. */
    default boolean heedsTrailers() {
        return false;
    }

    /**
     * From now on the application waits for bytes: a read has begun, or some came and it wants more. On whichever
     * thread; never two at a time.
     */
    default void waits() {}

    /** The application has what it asked for, and waits for nothing. */
    default void rests() {}
}
