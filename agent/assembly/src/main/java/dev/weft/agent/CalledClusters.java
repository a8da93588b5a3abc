package dev.weft.agent;

import dev.weft.client.warm.Usage;
import dev.weft.engine.ledger.ClusterStats;
import dev.weft.engine.ledger.Ledger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which clusters are called, told by whether their numbers have changed. Not thread-safe. */
final class CalledClusters implements Usage {
    private final Ledger ledger;
    private Map<String, Long> before = Map.of();

    CalledClusters(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public Set<String> take() {
        Set<String> called = new HashSet<>();
        Map<String, Long> now = new HashMap<>();
        for (ClusterStats stats : ledger.clusters()) {
            ClusterStats.Sums sums = stats.sums();
            long ended = sums.successes() + sums.failures();
            long count = ended + stats.noEndpoint() + stats.timeouts() + stats.retriesOverBudget();
            now.put(stats.name(), count);
            Long last = before.get(stats.name());
            if (stats.inFlight() > 0 || count != (last == null ? 0 : last)) {
                called.add(stats.name());
            }
        }
        before = now;
        return called;
    }
}
