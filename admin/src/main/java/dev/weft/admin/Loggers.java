package dev.weft.admin;

import java.util.List;
import java.util.Map;

/** The parts of a process that say something, and how much each of them says. */
public interface Loggers {
    /** Level by logger. */
    Map<String, String> levels();

    /** The levels there are, from nothing to all. */
    List<String> known();

    /**
     * @param logger one of {@link #levels}
     * @param level one of {@link #known}
     */
    void set(String logger, String level);
}
