package dev.weft.control.serve;

import java.time.Duration;

/**
 * What one client may cost.
 *
 * @param streams all together
 * @param names of one stream, all types together
 * @param types of one stream
 * @param messageBytes of one request
 * @param keepAlive after how much silence a connection is asked for a sign of life
 * @param keepAliveTimeout how long that may take
 */
public record Limits(
        int streams, int names, int types, int messageBytes, Duration keepAlive, Duration keepAliveTimeout) {
    /**
     * gRPC asks every 10 s at the most, whatever it is told. With the 7 s that a lost stream is waited for, a
     * workload that hangs is gone within 20 s.
     */
    public static final Limits DEFAULT =
            new Limits(10_000, 20_000, 64, 4 * 1024 * 1024, Duration.ofSeconds(10), Duration.ofSeconds(2));

    static final int NAME_LENGTH = 1_024;

    /** Of all that is kept of what a node says of itself, in characters: it is kept for as long as its stream. */
    static final int NODE_LENGTH = 32 * 1_024;

    /** Of what a client says in its own words, in characters. */
    private static final int WORDS = 1_024;

    /** So much of a client's words as is kept. */
    static String brief(String words) {
        if (words.length() <= WORDS) {
            return words;
        }
        int end = Character.isHighSurrogate(words.charAt(WORDS - 1)) ? WORDS - 1 : WORDS;
        return words.substring(0, end) + "...";
    }
}
