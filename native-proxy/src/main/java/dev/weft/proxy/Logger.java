package dev.weft.proxy;

import dev.weft.client.report.Log;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one part of the proxy says, and how much of it; the same warning at most once a minute. */
final class Logger implements Log {
    private static final int MOST_REMEMBERED = 1000;

    /** How much is said; each level includes those before it. */
    enum Level {
        OFF,
        ERROR,
        WARN,
        INFO,
        DEBUG;

        private final String word = name().toLowerCase(Locale.ROOT);

        String word() {
            return word;
        }

        /** @param word one of {@link #word()} */
        static Level of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /** Takes lines. */
    @FunctionalInterface
    interface Lines {
        void add(String logger, Level level, String message);
    }

    private final String name;
    private final Lines lines;
    private final Map<String, Instant> warned = new ConcurrentHashMap<>();
    private volatile Level level;
    private @Nullable Consumer<Level> follower;

    Logger(String name, Level level, Lines lines) {
        this.name = name;
        this.level = level;
        this.lines = lines;
    }

    Level level() {
        return level;
    }

    synchronized void level(Level now) {
        level = now;
        if (follower != null) {
            follower.accept(now);
        }
    }

    /** Tells somebody the level, and each one that it is set to; one follower for a logger. */
    synchronized void follow(Consumer<Level> told) {
        follower = told;
        told.accept(level);
    }

    boolean shows(Level asked) {
        return asked.ordinal() <= level.ordinal();
    }

    void debug(String message) {
        say(Level.DEBUG, message);
    }

    @Override
    public void info(String message) {
        say(Level.INFO, message);
    }

    @Override
    public void warn(String message) {
        if (!shows(Level.WARN)) {
            return;
        }
        Instant now = Instant.now();
        Instant before = warned.get(message);
        if (before != null && before.plus(1, ChronoUnit.MINUTES).isAfter(now)) {
            return;
        }
        if (warned.size() >= MOST_REMEMBERED) {
            warned.clear();
        }
        warned.put(message, now);
        lines.add(name, Level.WARN, message);
    }

    /** Says it as it is, however often. */
    void say(Level as, String message) {
        if (shows(as)) {
            lines.add(name, as, message);
        }
    }
}
