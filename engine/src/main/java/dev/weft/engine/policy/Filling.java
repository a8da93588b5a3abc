package dev.weft.engine.policy;

import dev.weft.engine.snapshot.TokenBucket;

/**
 * The arithmetic of a token bucket, with one number for its state: the time at which it was, or will be,
 * empty. What it holds is the time since then, divided by what a token takes to come. This is the generic
 * cell rate algorithm (ITU-T I.371) told from the other end, and needs no timer.
 */
public final class Filling {
    /** The state of a bucket that nobody has taken from: full at any time. */
    public static final long FULL = Long.MIN_VALUE;

    private Filling() {}

    /** Nanoseconds for one token. */
    public static long perToken(TokenBucket bucket) {
        return Math.max(1, bucket.fillIntervalNanos() / bucket.tokensPerFill());
    }

    /**
     * The state after one token was taken; later than now when there is none.
     *
     * @param emptyAt the state
     */
    public static long take(TokenBucket bucket, long emptyAt, long now) {
        return start(bucket, emptyAt, now) + perToken(bucket);
    }

    /** Whole tokens. */
    public static long tokens(TokenBucket bucket, long emptyAt, long now) {
        return Math.max(0, (now - start(bucket, emptyAt, now)) / perToken(bucket));
    }

    /** Since when it fills: what is full holds no more than the most. */
    private static long start(TokenBucket bucket, long emptyAt, long now) {
        long perToken = perToken(bucket);
        long most =
                perToken > Long.MAX_VALUE / 4 / bucket.maxTokens() ? Long.MAX_VALUE / 4 : perToken * bucket.maxTokens();
        return emptyAt == FULL ? now - most : Math.max(emptyAt, now - most);
    }
}
