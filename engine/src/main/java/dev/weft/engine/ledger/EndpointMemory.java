package dev.weft.engine.ledger;

import dev.weft.engine.balance.Latency;
import dev.weft.engine.balance.ReportedLoad;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of an endpoint besides the numbers that every call touches; those stand in {@link
 * EndpointStats} alone, so that a call waits for few lines of memory.
 */
final class EndpointMemory {
    final AtomicInteger gatewayFailuresInARow = new AtomicInteger();
    final AtomicInteger localFailuresInARow = new AtomicInteger();
    /** Those of the failures that are no answer; counted where they are judged apart. */
    final LongAdder localFailures = new LongAdder();

    volatile @Nullable Ejection ejection;

    final LongAdder connectFailures = new LongAdder();

    /** How long it is left out for want of a connection, on the clock of the calls. Guarded, for writing, by the cluster. */
    volatile long unreachedUntil = EndpointStats.NEVER;

    /** Failures that made it longer. These four are guarded by the cluster. */
    int unreachedInARow;

    long connectFailedAt;
    /** When the attempt began that is to tell whether the endpoint is back; no time where none was made. */
    long triedAt = Long.MAX_VALUE;

    long reachedSince = EndpointStats.NEVER;

    /** The sums at the end of the last interval. Guarded by the cluster. */
    long seenSuccesses;

    long seenFailures;
    long seenLocalFailures;

    /** Since when the endpoint is known and healthy; {@link EndpointStats#NEVER} until somebody looks. */
    volatile long healthySince = EndpointStats.NEVER;

    /** Kept where the cluster balances by them. */
    volatile @Nullable Latency latency;

    volatile @Nullable ReportedLoad load;
}
