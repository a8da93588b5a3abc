package dev.weft.engine.ledger;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.policy.Ejecting;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.OutlierPolicy.InARow;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Puts endpoints out that fail in a row, or that fail more than the others. It has no timer: an
 * interval ends when the first attempt after its end is observed, and is judged as of its end.
 *
 * <p>What an outcome counts as, after Envoy: an answer of 5xx is a failure, of 502, 503 or 504 also one
 * of a gateway; a connection that was refused or broke is a 503 and a time limit a 504, unless local
 * failures are judged apart. 429 and 4xx are successes here. Failures of an endpoint that is out come
 * from calls that were under way, and say nothing of how it will be when it is back.
 */
final class Outliers {
    private final OutlierPolicy policy;
    private final ClusterStats stats;
    private final LiveEndpoint[] all;
    private final RandomSource random;

    Outliers(OutlierPolicy policy, ClusterStats stats, LiveEndpoint[] all, RandomSource random) {
        this.policy = policy;
        this.stats = stats;
        this.all = all;
        this.random = random;
    }

    /** Time went on. To be called before what happened at this time is counted, where intervals matter. */
    void advance(long now) {
        long end = stats.intervalEnds.get();
        if (now < end) {
            return;
        }
        boolean first = end == Long.MIN_VALUE;
        long next = first
                ? now + policy.intervalNanos()
                : end + ((now - end) / policy.intervalNanos() + 1) * policy.intervalNanos();
        if (stats.intervalEnds.compareAndSet(end, next)) {
            synchronized (stats) {
                if (first) {
                    new Interval(policy, all, end).forget();
                } else {
                    new Interval(policy, all, end).judge(this);
                }
            }
        }
    }

    /** An attempt failed, and the endpoint is to blame. */
    void failed(EndpointStats numbers, Outcome outcome, long now) {
        boolean local = !outcome.answered();
        if (policy.splitLocal() && local) {
            numbers.memory.localFailures.increment();
        }
        if (numbers.ejected(now)) {
            return;
        }
        if (policy.splitLocal() && local) {
            count(
                    policy.localFailures(),
                    numbers,
                    numbers.memory.localFailuresInARow,
                    Ejection.CONSECUTIVE_LOCAL_ORIGIN_FAILURE,
                    now);
            return;
        }
        numbers.memory.localFailuresInARow.set(0);
        if (outcome == Outcome.SERVER_FAILURE) {
            numbers.memory.gatewayFailuresInARow.set(0);
        } else {
            count(
                    policy.gatewayFailures(),
                    numbers,
                    numbers.memory.gatewayFailuresInARow,
                    Ejection.CONSECUTIVE_GATEWAY_FAILURE,
                    now);
        }
        if (numbers.ejected(now)) {
            return;
        }
        count(policy.serverErrors(), numbers, numbers.consecutiveFailures, Ejection.CONSECUTIVE_5XX, now);
    }

    private void count(InARow rule, EndpointStats numbers, AtomicInteger inARow, Ejection why, long now) {
        int failures = inARow.incrementAndGet();
        numbers.activity.failing(true); // not before it is counted: a success in between would forget to look
        if (failures >= rule.count() && rule.count() > 0) {
            inARow.set(0);
            synchronized (stats) {
                eject(numbers, why, rule.enforcing(), now);
            }
        }
    }

    /** Under the cluster's lock. */
    void eject(EndpointStats numbers, Ejection why, int enforcing, long now) {
        if (numbers.ejected(now)) {
            return;
        }
        int out = 0;
        for (LiveEndpoint endpoint : all) {
            out += endpoint.stats().ejected(now) ? 1 : 0;
        }
        if (!Ejecting.allowed(policy, out, all.length)) {
            stats.keptIn();
            return;
        }
        if (!Ejecting.enforced(enforcing, random)) {
            return;
        }
        long healthy = numbers.ejections == 0 ? 0 : now - numbers.ejectedUntil;
        numbers.ejectionsInARow = Ejecting.timesInARow(policy, numbers.ejectionsInARow, healthy);
        numbers.ejections++;
        stats.ejected(why);
        numbers.memory.ejection = why;
        long until = now + Ejecting.duration(policy, numbers.ejectionsInARow) + Ejecting.jitter(policy, random);
        numbers.ejectedUntil = until < now ? Long.MAX_VALUE : until;
        numbers.succeeded();
        stats.ejectionEpoch++;
    }
}
