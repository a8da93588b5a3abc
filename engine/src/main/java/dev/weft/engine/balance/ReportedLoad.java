package dev.weft.engine.balance;

import dev.weft.engine.snapshot.Balancer.ClientSideWeighted;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint reported of its load, as a weight (gRFC A58): the calls it could take with all of
 * its capacity, {@code qps / (utilization + eps / qps * penalty)}. Reports are rare; a weight is
 * computed when the schedule is made.
 */
public final class ReportedLoad {
    private final AtomicReference<@Nullable Known> known = new AtomicReference<>();

    private record Known(long since, long updated, double weight) {}

    /**
     * A report came (ORCA: {@code OrcaLoadReport}). One without calls or without utilization says
     * nothing and is left out.
     *
     * @param qps calls in a second
     * @param eps failed calls in a second
     * @param utilization of the application if it says so, else of its CPU; 1 is full
     */
    public void report(ClientSideWeighted config, double qps, double eps, double utilization, long now) {
        if (!(qps > 0 && utilization > 0)) {
            return;
        }
        double errors = eps > 0 ? eps / qps * config.errorPenalty() : 0;
        double weight = qps / (utilization + errors);
        Known before = known.get();
        while (!known.compareAndSet(before, new Known(before == null ? now : before.since, now, weight))) {
            before = known.get();
        }
    }

    /** The weight that counts now; 0 for none: nothing reported, not for long enough, or not lately. */
    public double weight(ClientSideWeighted config, long now) {
        Known last = known.get();
        if (last == null) {
            return 0;
        }
        if (now - last.updated >= config.expirationNanos()) {
            known.compareAndSet(last, null); // where that fails a report has come meanwhile
            return 0;
        }
        return now - last.since < config.blackoutNanos() ? 0 : last.weight;
    }

    /**
     * The weights to balance by: unknown ones count as the mean, the others are held between a tenth
     * and ten times the mean; all are equal while fewer than two are known.
     */
    public static double[] complete(double[] weights) {
        double sum = 0;
        int known = 0;
        for (double weight : weights) {
            sum += weight;
            known += weight > 0 ? 1 : 0;
        }
        double mean = known < 2 ? 1 : sum / known;
        double[] complete = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
            boolean counts = known >= 2 && weights[i] > 0;
            complete[i] = counts ? Math.min(mean * 10, Math.max(mean / 10, weights[i])) : mean;
        }
        return complete;
    }
}
