package dev.weft.engine.snapshot;

import java.util.List;

/**
 * What the application gets instead of a failure (own words; Hystrix knows it by this name): of the last
 * attempt, of a time limit, or of what refused the call here. What the caller did wrong is no failure, and
 * neither is TLS that is required and can't be had.
 *
 * @param status HTTP status of the answer
 */
public record Fallback(int status, String body, List<HeaderEdits.Entry> headers) {
    public Fallback {
        headers = List.copyOf(headers);
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("fallback.status: " + status + " is out of range");
        }
    }
}
