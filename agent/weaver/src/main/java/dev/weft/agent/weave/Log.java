package dev.weft.agent.weave;

import org.jspecify.annotations.Nullable;

/** Where the weaver says what it could not do. Called in the middle of class loading: must not load the application's classes. */
public interface Log {
    void info(String message);

    void warn(String message, @Nullable Throwable cause);
}
