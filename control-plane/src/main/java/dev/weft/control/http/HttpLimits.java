package dev.weft.control.http;

import java.time.Duration;

/**
 * What clients may cost.
 *
 * @param connections all together; more are closed at once
 * @param headBytes of one request's line and headers, each
 * @param bodyBytes of one request
 * @param headTime from the first byte of a request to the end of its headers
 * @param bodyTime from there to the end of its body
 * @param idleTime how long a connection may say nothing between requests
 * @param answerTime how long an answer may take to be made
 * @param perSecond requests of one address in the long run
 * @param burst requests of one address at once
 */
public record HttpLimits(
        int connections,
        int headBytes,
        int bodyBytes,
        Duration headTime,
        Duration bodyTime,
        Duration idleTime,
        Duration answerTime,
        int perSecond,
        int burst) {
    public static final HttpLimits DEFAULT = new HttpLimits(
            4_096,
            8 * 1024,
            1024 * 1024,
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            1_000,
            2_000);
}
