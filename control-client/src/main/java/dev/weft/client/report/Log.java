package dev.weft.client.report;

/** Where the client says what happened; configuration changes at info, once each. */
public interface Log {
    void info(String message);

    void warn(String message);
}
