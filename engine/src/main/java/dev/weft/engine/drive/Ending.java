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
}
