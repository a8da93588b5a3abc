package dev.weft.agent;

import dev.weft.agent.log.LogLevel;
import dev.weft.agent.weave.Log;
import org.jspecify.annotations.Nullable;

/** What the weaver says, in the agent's log. */
final class WeaverLog implements Log {
    private final dev.weft.agent.log.Log log;

    WeaverLog(dev.weft.agent.log.Log log) {
        this.log = log;
    }

    @Override
    public void info(String message) {
        log.say(LogLevel.INFO, message);
    }

    @Override
    public void warn(String message, @Nullable Throwable cause) {
        log.failure(message, LogLevel.WARN, cause == null ? message : message + ": " + cause);
    }
}
