package dev.weft.agent.log.jul;

import org.jspecify.annotations.Nullable;

/** Stands for {@code java.util.logging.LogRecord}; where a line came from is not kept. */
public final class LogRecord {
    private final Level level;
    private final String message;
    private @Nullable Throwable thrown;
    private @Nullable Object @Nullable [] parameters;

    public LogRecord(Level level, String message) {
        this.level = level;
        this.message = message;
    }

    Level level() {
        return level;
    }

    String message() {
        return message;
    }

    @Nullable
    Throwable thrown() {
        return thrown;
    }

    @Nullable
    Object @Nullable [] parameters() {
        return parameters;
    }

    public void setThrown(@Nullable Throwable thrown) {
        this.thrown = thrown;
    }

    public void setParameters(@Nullable Object @Nullable [] parameters) {
        this.parameters = parameters;
    }

    public void setLoggerName(@Nullable String name) {}

    public void setSourceClassName(@Nullable String name) {}

    public void setSourceMethodName(@Nullable String name) {}
}
