package dev.weft.engine.policy;

import dev.weft.engine.snapshot.AdaptiveConcurrency;

/** The arithmetic of the gradient controller (Envoy: {@code gradient_controller.cc}). */
public final class Gradient {
    private Gradient() {}

    /**
     * The limit that follows from the one before: smaller where calls take longer than without load, larger where
     * they don't, at most half or twice at once, and a little more for bursts.
     *
     * @param minRtt latency without load, in nanoseconds
     * @param sampleRtt latency now; above 0
     */
    public static int limit(AdaptiveConcurrency policy, int before, long minRtt, long sampleRtt) {
        double buffered = minRtt * (1 + policy.buffer());
        double gradient = Math.max(0.5, Math.min(2.0, buffered / sampleRtt));
        double limit = before * gradient;
        int headed = (int) (limit + Math.sqrt(limit));
        return Math.max(policy.minLimit(), Math.min(policy.maxLimit(), headed));
    }
}
