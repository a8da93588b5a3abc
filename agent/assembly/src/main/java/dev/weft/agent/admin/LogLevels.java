package dev.weft.agent.admin;

import dev.weft.admin.Loggers;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How much the agent's log says, as its only logger. */
public final class LogLevels implements Loggers {
    private static final String ONLY = "agent";

    private final Log log;

    public LogLevels(Log log) {
        this.log = log;
    }

    @Override
    public Map<String, String> levels() {
        return Map.of(ONLY, word(log.level()));
    }

    @Override
    public List<String> known() {
        List<String> words = new ArrayList<>();
        for (LogLevel level : LogLevel.values()) {
            words.add(word(level));
        }
        return words;
    }

    @Override
    public void set(String logger, String level) {
        log.level(LogLevel.valueOf(level.toUpperCase(Locale.ROOT)));
    }

    private static String word(LogLevel level) {
        return level.name().toLowerCase(Locale.ROOT);
    }
}
