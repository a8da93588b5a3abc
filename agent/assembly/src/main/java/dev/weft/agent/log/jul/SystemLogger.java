package dev.weft.agent.log.jul;

import org.jspecify.annotations.Nullable;

/** Stands for {@code System.Logger} and {@code System.getLogger}. */
public final class SystemLogger {
    private final Logger logger;

    private SystemLogger(Logger logger) {
        this.logger = logger;
    }

    public static SystemLogger getLogger(String name) {
        return new SystemLogger(Logger.getLogger(name));
    }

    public String getName() {
        return logger.getName();
    }

    public boolean isLoggable(Level level) {
        return logger.isLoggable(level.level);
    }

    public void log(Level level, @Nullable String message) {
        logger.log(level.level, message);
    }

    public void log(Level level, @Nullable String message, @Nullable Throwable thrown) {
        logger.log(level.level, message, thrown);
    }

    public void log(Level level, @Nullable String message, @Nullable Object... parameters) {
        logger.log(level.level, message, parameters);
    }

    /** Stands for {@code System.Logger.Level}. */
    public enum Level {
        ALL(dev.weft.agent.log.jul.Level.ALL),
        TRACE(dev.weft.agent.log.jul.Level.FINER),
        DEBUG(dev.weft.agent.log.jul.Level.FINE),
        INFO(dev.weft.agent.log.jul.Level.INFO),
        WARNING(dev.weft.agent.log.jul.Level.WARNING),
        ERROR(dev.weft.agent.log.jul.Level.SEVERE),
        OFF(dev.weft.agent.log.jul.Level.OFF);

        private final dev.weft.agent.log.jul.Level level;

        Level(dev.weft.agent.log.jul.Level level) {
            this.level = level;
        }
    }
}
