package dev.weft.engine.snapshot;

/**
 * How many calls may go on, and how fast (Envoy: {@code type.v3.TokenBucket}). It is full at the beginning and
 * fills evenly, not all at once when an interval ends.
 *
 * @param maxTokens calls at once
 * @param tokensPerFill calls in each interval
 * @param fillIntervalNanos the interval
 */
public record TokenBucket(int maxTokens, int tokensPerFill, long fillIntervalNanos) {
    public TokenBucket {
        if (maxTokens < 1 || tokensPerFill < 1 || fillIntervalNanos < 1) {
            throw new IllegalArgumentException("token_bucket: " + maxTokens + " tokens, " + tokensPerFill + " in "
                    + fillIntervalNanos + " ns; each must be above 0");
        }
    }
}
