package dev.weft.engine.snapshot;

/**
 * A policy of the moment <em>admit</em>: whether a call may go on, before anything of it is sent. What
 * it counts is kept as long as the guard stays equal; routes that hold equal guards count together.
 */
public sealed interface Guard
        permits AdaptiveConcurrency,
                AdmissionControl,
                Breaker,
                Bulkhead,
                ExpectedTimeout,
                Fault,
                GlobalRateLimit,
                GrpcTimeout,
                LocalRateLimit,
                StatefulSession {
    /** Where it was configured, in words that make it another one than its like elsewhere. */
    String scope();

    /** Whether it holds nothing back, ever; what switches one off that is configured further out. */
    boolean idle();
}
