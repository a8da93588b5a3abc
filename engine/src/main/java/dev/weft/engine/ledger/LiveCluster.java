package dev.weft.engine.ledger;

import dev.weft.engine.balance.PickContext;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.balance.RandomSubset;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.Subsets;
import dev.weft.engine.snapshot.Transport;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of the snapshot in force, joined with its numbers: who may be chosen, who is chosen, who
 * is put out.
 */
public final class LiveCluster {
    private final Cluster config;
    /** The one of {@code config}, a step nearer: each call looks at it. */
    private final Transport transport;

    private final ClusterStats stats;
    private final @Nullable Callers callers;
    private final LiveEndpoint[] all;
    private final Pool whole;
    private final @Nullable SubsetPools subsets;
    private final @Nullable Outliers outliers;
    private final @Nullable Connects connects;
    /** Whether a connection that does not come about counts for ejection. */
    private final boolean connectsEject;

    private final boolean intervals;
    private final boolean hashes;
    private final boolean limited;
    private final Overload overload;
    private final @Nullable BulkheadGate connections;
    private volatile @Nullable Map<String, LiveEndpoint> byAddress;

    /**
     * @param leaving takes the numbers of endpoints that are not in the cluster any more
     * @param callers this process and its like; null where its zone makes no difference
     */
    LiveCluster(
            Cluster config,
            ClusterStats stats,
            RandomSource random,
            Collection<EndpointStats> leaving,
            @Nullable Callers callers) {
        this.config = config;
        this.transport = config.transport();
        this.callers = callers;
        this.stats = stats;
        this.hashes = config.balancer().hashes();
        this.limited = config.limits().any();
        this.overload = new Overload(config.name(), config.limits(), stats);
        this.connections = stats.connections(config.limits().connections());
        List<LiveEndpoint> endpoints = stats.join(this, leaving);
        this.all = endpoints.toArray(LiveEndpoint[]::new);
        int few = config.sharing().subsetSize();
        List<LiveEndpoint> used = few == 0 ? endpoints : RandomSubset.of(endpoints, few, stats.subsetSeed(random));
        this.whole = new Pool(config, stats, used, callers);
        Subsets divided = config.sharing().subsets();
        this.subsets = divided == null ? null : new SubsetPools(divided, config, stats, used, whole, callers);
        LiveEndpoint[] judged = used.toArray(LiveEndpoint[]::new);
        this.outliers = config.outlier() == null ? null : new Outliers(config.outlier(), stats, judged, random);
        this.connects = config.connectBackoff() == null ? null : new Connects(config.connectBackoff(), stats, random);
        this.connectsEject =
                connects == null || config.outlier() != null && config.outlier().splitLocal();
        this.intervals = config.outlier() != null && config.outlier().intervals();
    }

    public Cluster config() {
        return config;
    }

    public Transport transport() {
        return transport;
    }

    public ClusterStats stats() {
        return stats;
    }

    @Nullable
    Callers callers() {
        return callers;
    }

    public List<LiveEndpoint> all() {
        return List.of(all);
    }

    /** Who may be chosen by a call that does not ask for a subset. */
    public Usable usable(long now) {
        return whole.usable(now);
    }

    /** Who may be chosen by this call; null when it has nowhere to go. */
    public @Nullable Usable usable(long now, PickContext call) {
        Pool pool = pool(call);
        return pool == null ? null : pool.usable(now);
    }

    /** Whether one of its endpoints is well, so that it is not down as a whole. */
    public boolean up(long now) {
        for (LiveEndpoint endpoint : all) {
            Health health = endpoint.config().health();
            if ((health == Health.HEALTHY || health == Health.DEGRADED)
                    && !endpoint.stats().ejected(now)
                    && endpoint.unreachedFor(now) == 0) {
                return true;
            }
        }
        return false;
    }

    /** Why an endpoint is not among the good ones, in words; null when it is. */
    public @Nullable String removal(LiveEndpoint endpoint, long now) {
        if (endpoint.config().health() != Health.HEALTHY) {
            return endpoint.config().health().name().toLowerCase(Locale.ROOT);
        }
        if (endpoint.stats().ejected(now)) {
            Ejection why = endpoint.stats().ejection();
            return "ejected for another " + endpoint.stats().ejectedFor(now) / 1_000_000 + " ms"
                    + (why == null ? "" : " by " + why.words());
        }
        long unreached = endpoint.unreachedFor(now);
        if (unreached > 0) {
            return "not reached, tried again in " + unreached / 1_000_000 + " ms";
        }
        return null;
    }

    /** Why an endpoint that is good doesn't get this call, in words; of those that {@link #usable} does not name. */
    public String passedOver(LiveEndpoint endpoint, PickContext call) {
        if (!whole.has(endpoint)) {
            return "not one of the " + config.sharing().subsetSize() + " endpoints that this client uses";
        }
        Pool pool = pool(call);
        if (pool == null || !pool.has(endpoint)) {
            return call.labels().isEmpty() ? "not in the default subset" : "not in the subset " + call.labels();
        }
        if (config.sharing().localityWeighted() && endpoint.config().localityWeight() == 0) {
            return "its locality has no weight";
        }
        if (callers != null
                && endpoint.config().priority() == 0
                && !endpoint.config().locality().equals(callers.here())) {
            return "calls from zone " + callers.here().zone() + " don't go to its zone now";
        }
        return "priority " + endpoint.config().priority() + " gets no calls now";
    }

    /** Chooses an endpoint for a call that wishes nothing; a first attempt is on the path of every call. */
    public @Nullable LiveEndpoint pick(long now, RandomSource random, List<LiveEndpoint> tried) {
        LiveEndpoint plain =
                subsets == null && tried.isEmpty() ? whole.usable(now).plain(now, random) : null;
        return plain == null ? pick(now, random, tried, PickContext.NONE) : plain;
    }

    /**
     * Chooses an endpoint, if it can one that has not been tried; null when there is none.
     *
     * @param tried endpoints of this call's earlier attempts
     * @param call what else matters for the choice
     */
    public @Nullable LiveEndpoint pick(long now, RandomSource random, List<LiveEndpoint> tried, PickContext call) {
        return pick(now, random, tried, call, 0);
    }

    /**
     * As above, and it avoids the priorities of what has been tried.
     *
     * @param every after so many attempts these are looked at; 0 for never
     */
    public @Nullable LiveEndpoint pick(
            long now, RandomSource random, List<LiveEndpoint> tried, PickContext call, int every) {
        String wished = tried.isEmpty() ? call.wished() : null;
        LiveEndpoint own = wished == null ? null : own(wished, call.strict(), now);
        if (own != null) {
            return own;
        }
        Pool pool = pool(call);
        if (pool == null || wished != null && call.strict()) {
            stats.noEndpoint.increment();
            return null;
        }
        Usable usable = every == 0 || tried.isEmpty() ? pool.usable(now) : pool.usable(now, tried, every);
        Usable.Leaf leaf = usable.leaf(now, random, call, hashes);
        if (leaf == null) {
            stats.noEndpoint.increment();
            return null;
        }
        LiveEndpoint chosen = leaf.pick(now, random, call);
        if (tried.isEmpty() || !tried.contains(chosen)) {
            return chosen;
        }
        LiveEndpoint other = untried(leaf.hosts(), tried, random);
        other = other == null ? untried(usable.hosts(), tried, random) : other;
        other = other == null ? untried(usable.spare(), tried, random) : other;
        return other == null ? chosen : other;
    }

    /** Like Envoy's previous_hosts predicate, but exact: the choice moves on to the next untried one. */
    private static @Nullable LiveEndpoint untried(LiveEndpoint[] hosts, List<LiveEndpoint> tried, RandomSource random) {
        int from = hosts.length == 0 ? 0 : random.below(hosts.length);
        for (int i = 0; i < hosts.length; i++) {
            LiveEndpoint other = hosts[(from + i) % hosts.length];
            if (!tried.contains(other)) {
                return other;
            }
        }
        return null;
    }

    private @Nullable Pool pool(PickContext call) {
        return subsets == null ? whole : subsets.of(call.labels());
    }

    /** The endpoint of a session, while it may keep it (Envoy: {@code override_host_status}). */
    private @Nullable LiveEndpoint own(String address, boolean strict, long now) {
        LiveEndpoint endpoint = byAddress().get(address);
        if (endpoint == null || !strict && endpoint.unreachedFor(now) > 0) {
            return null; // a call that may go nowhere else tries it
        }
        Health health = endpoint.stats().ejected(now)
                ? Health.UNHEALTHY
                : endpoint.config().health();
        return config.sharing().keeping().contains(health) ? endpoint : null;
    }

    private Map<String, LiveEndpoint> byAddress() {
        Map<String, LiveEndpoint> known = byAddress;
        if (known == null) {
            known = new HashMap<>();
            for (LiveEndpoint endpoint : all) {
                known.put(endpoint.address(), endpoint);
            }
            byAddress = known;
        }
        return known;
    }

    /** Places that its calls must have; null where there is no end of them. */
    public @Nullable BulkheadGate connections() {
        return connections;
    }

    /** Whether attempts are counted because something limits them. */
    boolean limited() {
        return limited;
    }

    /** Why a new call is refused; null when it is not. */
    public Overload.@Nullable Why overflow(RandomSource random) {
        return limited ? overload.overflow(random) : null;
    }

    /** What of the calls to it is refused here. */
    public Overload overload() {
        return overload;
    }

    /**
     * Takes a place for one more retry or hedge; false when the budget is spent. It is a share of the first attempts, so
     * that total failure makes no more load than 1 + budget; Envoy's is one of all attempts, retries included.
     */
    public boolean takeRetry() {
        int taken = stats.retriesInFlight.incrementAndGet();
        if (within(taken)) {
            return true;
        }
        stats.retriesInFlight.decrementAndGet();
        stats.retriesOverBudget.increment();
        return false;
    }

    private boolean within(int retries) {
        RetryBudget budget = config.budget();
        return retries <= budget.minConcurrency()
                || budget.percent() > 0
                        && retries <= budget.percent() * (stats.inFlight() - stats.furtherSent.get()) / 100;
    }

    /** Whether no further retry or hedge would get a place now. Takes none. */
    public boolean retriesSpent() {
        return !within(stats.retriesInFlight.get() + 1);
    }

    /** An attempt beyond the first is under way, with a place in the budget or free. */
    public void retrySent() {
        stats.retries.increment();
        stats.furtherSent.incrementAndGet();
    }

    /**
     * It is over.
     *
     * @param counted whether it had a place in the budget
     */
    public void retryEnded(boolean counted) {
        stats.furtherSent.decrementAndGet();
        if (counted) {
            stats.retriesInFlight.decrementAndGet();
        }
    }

    /** A retry that has a place is not sent after all. */
    public void giveRetryBack() {
        stats.retriesInFlight.decrementAndGet();
    }

    public void timedOut() {
        stats.timeouts.increment();
    }

    /** The limit of one attempt has passed. */
    public void tryTimedOut() {
        stats.timeouts.increment();
        stats.tryTimeouts.increment();
    }

    /** An attempt goes to an endpoint to which no connection came about when one was last tried. */
    void tries(EndpointStats numbers, long now) {
        if (connects != null) {
            connects.began(numbers, now);
        }
    }

    /**
     * An attempt showed what the endpoint is worth.
     *
     * @param began when it was sent
     */
    public void observe(LiveEndpoint endpoint, Outcome outcome, long began, long now) {
        advance(now);
        if (outcome.answered()) {
            reached(endpoint, began);
        }
        if (outcome.blamesEndpoint()) {
            failed(endpoint, outcome, began, now);
        } else {
            endpoint.activity().well();
            forget(endpoint);
        }
    }

    /** An attempt is over and has gone well, and nothing was observed of it before: the end of nearly all. */
    public void succeeded(LiveEndpoint endpoint, long tookNanos, long now) {
        advance(now);
        reached(endpoint, now - tookNanos);
        endpoint.succeeded(tookNanos, now);
        forget(endpoint);
    }

    private void advance(long now) {
        if (intervals && outliers != null) {
            outliers.advance(now);
        }
    }

    private void reached(LiveEndpoint endpoint, long began) {
        if (endpoint.activity().unreached() && connects != null) {
            connects.answered(endpoint.stats(), began);
        }
    }

    private static void forget(LiveEndpoint endpoint) {
        if (endpoint.activity().failing()) {
            endpoint.stats().succeeded();
        }
    }

    private void failed(LiveEndpoint endpoint, Outcome outcome, long began, long now) {
        EndpointStats numbers = endpoint.stats();
        numbers.failures.increment();
        endpoint.failed(now);
        if (outcome == Outcome.CONNECT_FAILURE) {
            numbers.memory.connectFailures.increment();
            if (connects != null) {
                connects.failed(numbers, began, now);
            }
            if (!connectsEject) {
                return; // it is out as it is, and an ejection would keep it out when it is back
            }
        }
        if (outliers == null) {
            numbers.consecutiveFailures.incrementAndGet();
            numbers.activity.failing(true); // not before it is counted: a success in between would forget to look
        } else {
            outliers.failed(numbers, outcome, now);
        }
    }
}
