package dev.weft.agent.log.jul;

import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import org.jspecify.annotations.Nullable;

/**
 * Stands for {@code java.util.logging.Logger}: warnings of bundled libraries go to the agent's log,
 * their chatter only at debug.
 */
public final class Logger {
    // Static because the libraries' loggers are: they are made by static calls, before or after the agent starts.
    private static volatile Log sink = new Log(LogLevel.OFF, null);

    private final String name;

    private Logger(String name) {
        this.name = name;
    }

    /** Where lines of all bundled libraries go from now on. */
    public static void sendTo(Log log) {
        sink = log;
    }

    public static Logger getLogger(String name) {
        return new Logger(name);
    }

    public String getName() {
        return name;
    }

    public boolean isLoggable(Level level) {
        return level != Level.OFF && sink.shows(ours(level));
    }

    public void log(LogRecord record) {
        write(record.level(), Format.of(record.message(), record.parameters()), record.thrown());
    }

    public void log(Level level, @Nullable String message) {
        write(level, message, null);
    }

    public void log(Level level, @Nullable String message, @Nullable Object parameter) {
        if (isLoggable(level)) {
            write(level, Format.of(message, new Object[] {parameter}), null);
        }
    }

    public void log(Level level, @Nullable String message, @Nullable Object @Nullable [] parameters) {
        if (isLoggable(level)) {
            write(level, Format.of(message, parameters), null);
        }
    }

    public void log(Level level, @Nullable String message, @Nullable Throwable thrown) {
        write(level, message, thrown);
    }

    public void severe(@Nullable String message) {
        write(Level.SEVERE, message, null);
    }

    public void warning(@Nullable String message) {
        write(Level.WARNING, message, null);
    }

    public void info(@Nullable String message) {
        write(Level.INFO, message, null);
    }

    public void fine(@Nullable String message) {
        write(Level.FINE, message, null);
    }

    public void finer(@Nullable String message) {
        write(Level.FINER, message, null);
    }

    public void finest(@Nullable String message) {
        write(Level.FINEST, message, null);
    }

    private void write(Level level, @Nullable String message, @Nullable Throwable thrown) {
        if (isLoggable(level)) {
            String text = name + ": " + message + (thrown == null ? "" : ": " + thrown);
            // One cause is one kind of failure of one library class; the message may hold changing numbers.
            String cause = name
                    + (thrown == null
                            ? String.valueOf(message)
                            : thrown.getClass().getName());
            sink.failure(cause, ours(level), text);
        }
    }

    private static LogLevel ours(Level level) {
        return level.intValue() >= Level.WARNING.intValue() ? LogLevel.WARN : LogLevel.DEBUG;
    }
}
