package dev.weft.engine.drive;

import dev.weft.engine.call.End;

/** Where an adapter reports that a delivered answer is over. Only the first report counts. */
@FunctionalInterface
public interface Ending {
    void end(End end);
}
