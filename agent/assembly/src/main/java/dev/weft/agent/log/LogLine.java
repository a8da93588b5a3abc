package dev.weft.agent.log;

import java.time.Instant;

/**
 * One line of the agent's log.
 *
 * @param millis wall clock, since the epoch
 */
public record LogLine(long millis, LogLevel level, String text) {
    /** For people: time, level, text, on one line. */
    public String format() {
        return Instant.ofEpochMilli(millis) + " " + level + " "
                + text.replace('\n', ' ').replace('\r', ' ');
    }
}
