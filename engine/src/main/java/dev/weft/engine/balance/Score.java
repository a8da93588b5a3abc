package dev.weft.engine.balance;

import dev.weft.engine.snapshot.Balancer;
import java.util.Locale;

/** What an algorithm goes by for one of its candidates; found out for who explains a choice, not by the choice. */
public record Score(By by, double value) {
    private static final double MILLI = 1e6;

    /** What is compared, and how. */
    public enum By {
        /** Calls in flight: of those drawn the fewest win. */
        CALLS,
        /** Milliseconds that one more call is expected to take, divided by the weight: of those drawn the fewest win. */
        WAIT,
        /** The weight, divided by the calls in flight: as often as it says. */
        WORTH,
        /** Percent of the calls. */
        SHARE,
        /** Percent of the hashes, and that of this call is none of them. */
        HASHES,
        /** Percent of the hashes, that of this call among them. */
        HASH
    }

    /**
     * The score by an algorithm.
     *
     * @param weight of the candidate, by which the algorithm was prepared
     * @param equal whether all candidates have this weight
     * @param percent of all calls that its weight stands for
     * @param own whether the call is hashed to this candidate
     */
    public static Score of(
            Balancer balancer, Candidate host, double weight, boolean equal, double percent, boolean own, long now) {
        if (balancer instanceof Balancer.LeastRequest least) {
            int calls = host.activity().inFlight();
            return equal
                    ? new Score(By.CALLS, calls)
                    : new Score(By.WORTH, weight / Math.pow(calls + 1.0, least.activeRequestBias()));
        }
        if (balancer instanceof Balancer.PeakEwma) {
            return new Score(By.WAIT, host.cost(now) / weight / MILLI);
        }
        return new Score(!balancer.hashes() ? By.SHARE : own ? By.HASH : By.HASHES, percent);
    }

    /** Of one that stands in two choices: shares add up, the rest is the same in both. */
    public Score and(Score other) {
        return switch (by) {
            case CALLS, WAIT, WORTH -> this;
            case SHARE, HASHES, HASH -> new Score(other.by == By.HASH ? other.by : by, value + other.value);
        };
    }

    /** The same for people. */
    public String words() {
        return switch (by) {
            case CALLS -> "costs " + (long) value + (value == 1 ? " call" : " calls");
            case WAIT -> String.format(Locale.ROOT, "costs %.1f ms", value);
            case WORTH -> String.format(Locale.ROOT, "worth %.2f", value);
            case SHARE -> String.format(Locale.ROOT, "%.1f %% of the calls", value);
            case HASHES -> String.format(Locale.ROOT, "%.1f %% of the hashes", value);
            case HASH -> String.format(Locale.ROOT, "%.1f %% of the hashes, and this one", value);
        };
    }
}
