package dev.weft.engine.ledger;

import dev.weft.engine.balance.Balancers;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.policy.Ejecting;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.RetryBudget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of the snapshot in force, joined with its numbers: who may be chosen, who is chosen, who
 * is put out.
 *
 * <p>The usable endpoints are computed once and kept until an ejection begins or the next one ends,
 * so that a pick costs the same among ten endpoints and among ten thousand.
 */
public final class LiveCluster {
    private final Cluster config;
    private final ClusterStats stats;
    private final LiveEndpoint[] all;
    private volatile @Nullable Usable usable;

    /** @param leaving takes the numbers of endpoints that are not in the cluster any more */
    LiveCluster(Cluster config, ClusterStats stats, Collection<EndpointStats> leaving) {
        this.config = config;
        this.stats = stats;
        this.all = stats.join(this, leaving).toArray(LiveEndpoint[]::new);
    }

    public Cluster config() {
        return config;
    }

    public ClusterStats stats() {
        return stats;
    }

    public List<LiveEndpoint> all() {
        return List.of(all);
    }

    /**
     * Who may be chosen.
     *
     * @param panic whether so few are healthy that health and ejection are ignored
     * @param until when an ejection ends and the list must be made anew
     */
    public record Usable(LiveEndpoint[] hosts, boolean panic, long until, int epoch) {}

    public Usable usable(long now) {
        Usable known = usable;
        if (known != null && now < known.until && known.epoch == stats.ejectionEpoch) {
            return known;
        }
        Usable made = compute(now);
        usable = made;
        return made;
    }

    private Usable compute(long now) {
        int epoch = stats.ejectionEpoch;
        long until = Long.MAX_VALUE;
        for (LiveEndpoint endpoint : all) {
            long out = endpoint.stats().ejectedUntil;
            if (now < out) {
                until = Math.min(until, out);
            }
        }
        List<LiveEndpoint> serving = only(List.of(all), e -> e.config().health() != Health.DRAINING);
        List<LiveEndpoint> good = only(serving, e -> removal(e, now) == null);
        boolean panic = good.size() * 100L < (long) config.panicThreshold() * serving.size();
        if (panic || good.isEmpty()) {
            List<LiveEndpoint> degraded = only(
                    serving,
                    e -> e.config().health() == Health.DEGRADED && !e.stats().ejected(now));
            boolean enough = degraded.size() * 100L >= (long) config.panicThreshold() * serving.size();
            if (!degraded.isEmpty() && enough) {
                return new Usable(degraded.toArray(LiveEndpoint[]::new), false, until, epoch);
            }
            // A draining endpoint still answers: better than nobody.
            List<LiveEndpoint> anyone = serving.isEmpty() ? List.of(all) : panic ? serving : good;
            return new Usable(anyone.toArray(LiveEndpoint[]::new), !anyone.isEmpty(), until, epoch);
        }
        return new Usable(good.toArray(LiveEndpoint[]::new), false, until, epoch);
    }

    private static List<LiveEndpoint> only(List<LiveEndpoint> from, Predicate<LiveEndpoint> wanted) {
        List<LiveEndpoint> some = new ArrayList<>();
        for (LiveEndpoint endpoint : from) {
            if (wanted.test(endpoint)) {
                some.add(endpoint);
            }
        }
        return some;
    }

    /** Why an endpoint is not among the good ones, in words; null when it is. */
    public @Nullable String removal(LiveEndpoint endpoint, long now) {
        if (endpoint.config().health() != Health.HEALTHY) {
            return endpoint.config().health().name().toLowerCase(java.util.Locale.ROOT);
        }
        if (endpoint.stats().ejected(now)) {
            return "ejected for another " + endpoint.stats().ejectedFor(now) / 1_000_000 + " ms";
        }
        return null;
    }

    /**
     * Chooses an endpoint, if it can one that has not been tried; null when there is none.
     *
     * @param tried endpoints of this call's earlier attempts
     */
    public @Nullable LiveEndpoint pick(long now, RandomSource random, List<LiveEndpoint> tried) {
        LiveEndpoint[] hosts = usable(now).hosts();
        if (hosts.length == 0) {
            stats.noEndpoint.increment();
            return null;
        }
        LiveEndpoint chosen = hosts[Balancers.pick(config.balancer(), hosts, random, stats.cursor)];
        if (tried.isEmpty() || !tried.contains(chosen)) {
            return chosen;
        }
        // Like Envoy's previous_hosts predicate, but exact: the choice moves on to the next untried one.
        int from = random.below(hosts.length);
        for (int i = 0; i < hosts.length; i++) {
            LiveEndpoint other = hosts[(from + i) % hosts.length];
            if (!tried.contains(other)) {
                return other;
            }
        }
        return chosen;
    }

    /** Takes a place for one more retry; false when the budget is spent. */
    public boolean takeRetry() {
        RetryBudget budget = config.budget();
        double share = budget.percent() / 100 * stats.inFlight();
        if (stats.retriesInFlight.incrementAndGet() > Math.max(budget.minConcurrency(), share)) {
            stats.retriesInFlight.decrementAndGet();
            stats.retriesOverBudget.increment();
            return false;
        }
        return true;
    }

    public void retrySent() {
        stats.retries.increment();
    }

    /** The retry is over, or was not sent after all. */
    public void giveRetryBack() {
        stats.retriesInFlight.decrementAndGet();
    }

    public void timedOut() {
        stats.timeouts.increment();
    }

    /** An attempt showed what the endpoint is worth. */
    public void observe(LiveEndpoint endpoint, boolean failed, long now) {
        EndpointStats numbers = endpoint.stats();
        if (!failed) {
            numbers.successes.increment();
            if (numbers.consecutiveFailures.get() != 0) {
                numbers.consecutiveFailures.set(0);
            }
            return;
        }
        numbers.failures.increment();
        int inARow = numbers.consecutiveFailures.incrementAndGet();
        OutlierPolicy policy = config.outlier();
        if (policy != null && policy.consecutiveFailures() > 0 && inARow >= policy.consecutiveFailures()) {
            eject(policy, numbers, now);
        }
    }

    private void eject(OutlierPolicy policy, EndpointStats numbers, long now) {
        synchronized (stats) {
            if (numbers.ejected(now)) {
                return;
            }
            int out = 0;
            for (LiveEndpoint endpoint : all) {
                out += endpoint.stats().ejected(now) ? 1 : 0;
            }
            if (!Ejecting.allowed(policy, out, all.length)) {
                return;
            }
            long healthy = numbers.ejections == 0 ? 0 : now - numbers.ejectedUntil;
            numbers.ejectionsInARow = Ejecting.timesInARow(policy, numbers.ejectionsInARow, healthy);
            numbers.ejections++;
            numbers.ejectedUntil = now + Ejecting.duration(policy, numbers.ejectionsInARow);
            numbers.consecutiveFailures.set(0);
            stats.ejectionEpoch++;
        }
    }
}
