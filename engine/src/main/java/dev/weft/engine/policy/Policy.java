package dev.weft.engine.policy;

/**
 * A policy of the moments after a call is let in, as a line of {@link Order}. What each is without is said by {@link
 * Without}.
 */
public enum Policy {
    // ---- admit, in the cluster
    CLUSTER_LIMITS,

    // ---- pick
    FAILOVER_CLUSTER,
    RANDOM_SUBSET,
    SUBSETS,
    HEALTH,
    PRIORITIES,
    PANIC,
    ZONES,
    LOCALITY_WEIGHTS,
    WEIGHTS,
    SLOW_START,
    ROUND_ROBIN,
    LEAST_REQUEST,
    RANDOM,
    PEAK_EWMA,
    CLIENT_SIDE_WEIGHTED,
    RING_HASH,
    MAGLEV,

    // ---- judge
    CALL_TIMEOUT,
    TRY_TIMEOUT,
    HEDGING,
    RETRY,
    PREVIOUS_PRIORITIES,
    RETRY_BUDGET,
    FALLBACK,

    // ---- observe
    CONNECT_BACKOFF,
    EJECTION
}
