package dev.weft.control.serve;

import java.time.Duration;

/**
 * What one client may cost.
 *
 * @param streams all together
 * @param names of one stream, all types together
 * @param types of one stream
 * @param messageBytes of one request
 * @param keepAlive how often a silent connection is asked for a sign of life, and how long it may take
 */
public record Limits(int streams, int names, int types, int messageBytes, Duration keepAlive) {
    public static final Limits DEFAULT = new Limits(10_000, 20_000, 64, 4 * 1024 * 1024, Duration.ofSeconds(5));

    static final int NAME_LENGTH = 1_024;
}
