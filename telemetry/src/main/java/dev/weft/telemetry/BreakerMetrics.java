package dev.weft.telemetry;

import dev.weft.engine.ledger.BreakerGate;
import dev.weft.engine.ledger.Gate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The numbers of circuit breakers that judge by failures and slow calls, by where they stand. */
public final class BreakerMetrics {
    private BreakerMetrics() {}

    /**
     * Writes every family.
     *
     * @param gates in force; those of other kinds are left out
     * @param now on the clock of the calls
     */
    public static void write(Collection<Gate> gates, long now, MetricWriter out) {
        Map<String, List<BreakerGate>> all = new TreeMap<>();
        for (Gate gate : gates) {
            if (gate instanceof BreakerGate breaker) {
                all.computeIfAbsent(breaker.guard().scope(), scope -> new ArrayList<>())
                        .add(breaker);
            }
        }
        each(
                all,
                out,
                "open",
                MetricWriter.Type.GAUGE,
                "1 while calls are refused.",
                breaker -> breaker.state(now).equals("OPEN") ? 1 : 0);
        each(
                all,
                out,
                "opened_total",
                MetricWriter.Type.COUNTER,
                "How often a breaker has opened.",
                BreakerGate::opened);
        each(
                all,
                out,
                "rejected_total",
                MetricWriter.Type.COUNTER,
                "Calls that a breaker has refused.",
                BreakerGate::notPermitted);
    }

    private static void each(
            Map<String, List<BreakerGate>> all,
            MetricWriter out,
            String name,
            MetricWriter.Type type,
            String help,
            ToDoubleFunction<BreakerGate> value) {
        out.family("weft_breaker_" + name, type, help);
        all.forEach((scope, breakers) ->
                out.sample(breakers.stream().mapToDouble(value).sum(), "scope", scope));
    }
}
