package dev.weft.engine.ledger;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Limits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of the calls to a cluster is refused here: the share that its control plane has dropped, and the many. */
public final class Overload {
    private static final int ALL = 1_000_000;

    private final String cluster;
    private final Limits limits;
    private final ClusterStats stats;

    Overload(String cluster, Limits limits, ClusterStats stats) {
        this.cluster = cluster;
        this.limits = limits;
        this.stats = stats;
    }

    /**
     * Why a call is refused.
     *
     * @param details null where the cluster has too many calls in flight
     */
    public record Why(String words, Refusal.@Nullable Details details) {
        /** What the application gets. */
        public Refusal refusal(Request request) {
            return Refusal.overflow(details, request.host() + ":" + request.port() + ": " + words);
        }
    }

    /** Why a new call is refused; null when it is not. */
    @Nullable
    Why overflow(RandomSource random) {
        List<Limits.Drop> drops = limits.drops();
        for (int i = 0; i < drops.size(); i++) {
            if (random.below(ALL) < drops.get(i).perMillion()) {
                stats.dropped.increment();
                return dropped(drops.get(i));
            }
        }
        if (full()) {
            stats.overflows.increment();
            return overflown();
        }
        return null;
    }

    /** Whether calls are refused now because too many attempts are in flight. */
    public boolean full() {
        return stats.requests.get() >= limits.maxRequests();
    }

    private Why dropped(Limits.Drop drop) {
        return new Why(
                "drop overload: cluster " + cluster + " drops calls of category '" + drop.category() + "'",
                drop.perMillion() == ALL ? Refusal.Details.UNCONDITIONAL_DROP_OVERLOAD : Refusal.Details.DROP_OVERLOAD);
    }

    private Why overflown() {
        return new Why(
                "overflow: cluster " + cluster + " has its maximum of " + limits.maxRequests() + " requests", null);
    }

    /** What a call that begins now certainly gets, whatever chance says; null where it goes on. Counts nothing. */
    public @Nullable Refusal foretold(Request request) {
        for (Limits.Drop drop : limits.drops()) {
            if (drop.perMillion() == ALL) {
                return dropped(drop).refusal(request);
            }
        }
        return full() ? overflown().refusal(request) : null;
    }

    /** What is refused, in words that go on a sentence; empty for nothing. Counts nothing. */
    public String words() {
        StringBuilder words = new StringBuilder();
        for (Limits.Drop drop : limits.drops()) {
            words.append("; ")
                    .append(drop.perMillion() / 10_000.0)
                    .append(" % of the calls are dropped for '")
                    .append(drop.category())
                    .append('\'');
        }
        if (limits.maxRequests() != Integer.MAX_VALUE) {
            words.append("; ").append(stats.requests.get()).append(" of at most ");
            words.append(limits.maxRequests()).append(" requests are in flight");
        }
        return words.toString();
    }
}
