package dev.weft.client.load;

import dev.weft.client.wire.Writer;
import dev.weft.engine.ledger.ClusterStats;
import dev.weft.engine.ledger.EndpointStats;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.engine.snapshot.Endpoint.Locality;
import dev.weft.engine.snapshot.Limits;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the calls to one cluster have come to since the last report. The engine counts for ever; here stands up to where
 * it has been told. An endpoint that leaves is told of until its last call has ended.
 */
final class ClusterLoad {
    private final Map<InetSocketAddress, Told> endpoints = new HashMap<>();
    private final List<Told> left = new ArrayList<>();
    private LiveCluster cluster;
    private long since;
    private long dropped;
    private long overflows;

    /** Where calls went (Envoy: {@code UpstreamLocalityStats.locality} and {@code priority}). */
    private record Place(Locality locality, int priority) {}

    /** @param cluster from whose present counts the first report begins */
    ClusterLoad(LiveCluster cluster, long now) {
        this.cluster = cluster;
        this.since = now;
        this.dropped = cluster.stats().dropped();
        this.overflows = cluster.stats().overflows();
        look(cluster);
        endpoints.values().forEach(Told::begin);
    }

    /** Takes in which endpoints there are now. */
    void look(LiveCluster now) {
        cluster = now;
        Map<InetSocketAddress, LiveEndpoint> present = new HashMap<>();
        for (LiveEndpoint endpoint : now.all()) {
            present.put(endpoint.config().address(), endpoint);
        }
        endpoints.entrySet().removeIf(known -> {
            var endpoint = present.get(known.getKey());
            boolean gone = endpoint == null || !known.getValue().counts(endpoint);
            if (gone) {
                left.add(known.getValue());
            }
            return gone;
        });
        present.forEach((address, endpoint) -> endpoints.computeIfAbsent(address, a -> new Told(endpoint)));
    }

    /**
     * The encoded {@code envoy.config.endpoint.v3.ClusterStats}, and begins the next; null when nothing was called or
     * is under way.
     *
     * @param service name of the cluster's endpoints; empty where it has none
     */
    @Nullable
    Writer take(String service, long now) {
        Map<Place, Sum> sums = new LinkedHashMap<>();
        endpoints.values().forEach(told -> told.addTo(sums));
        left.forEach(told -> told.addTo(sums));
        left.removeIf(told -> told.stats.inFlight() == 0);
        var stats = cluster.stats();
        long drops = stats.dropped() - dropped;
        long refused = drops + stats.overflows() - overflows;
        long took = now - since;
        begin(stats, now);
        sums.values().removeIf(Sum::isNothing);
        if (sums.isEmpty() && refused == 0) {
            return null;
        }
        var report = new Writer().string(1, cluster.config().name());
        sums.forEach((place, sum) -> report.message(2, sum.encoded(place)));
        report.number(3, refused).message(4, duration(took));
        List<Limits.Drop> categories = cluster.config().limits().drops();
        if (drops > 0 && categories.size() == 1) {
            report.message(
                    5, new Writer().string(1, categories.get(0).category()).number(2, drops));
        }
        return report.string(6, service);
    }

    private void begin(ClusterStats stats, long now) {
        since = now;
        dropped = stats.dropped();
        overflows = stats.overflows();
    }

    private static Writer duration(long nanos) {
        return new Writer().number(1, nanos / 1_000_000_000L).number(2, nanos % 1_000_000_000L);
    }

    /** One endpoint, and up to where its counts were told. */
    private static final class Told {
        private final Place place;
        private final EndpointStats stats;
        private long successes;
        private long failures;
        private long begun;

        Told(LiveEndpoint endpoint) {
            this.place =
                    new Place(endpoint.config().locality(), endpoint.config().priority());
            this.stats = endpoint.stats();
        }

        /** Whether it is this endpoint, in the same place. */
        boolean counts(LiveEndpoint endpoint) {
            return endpoint.stats() == stats
                    && place.equals(new Place(
                            endpoint.config().locality(), endpoint.config().priority()));
        }

        void begin() {
            successes = stats.successes();
            failures = stats.failures();
            begun = successes + failures + stats.inFlight();
        }

        /**
         * What was begun is what has ended since then and is still under way. One that was begun and then given up by
         * ourselves has no outcome and counts no more: the next ones make up for it.
         */
        void addTo(Map<Place, Sum> sums) {
            int active = stats.inFlight();
            long succeeded = stats.successes();
            long failed = stats.failures();
            long all = succeeded + failed + active;
            var sum = sums.computeIfAbsent(place, p -> new Sum());
            sum.successes += succeeded - successes;
            sum.failures += failed - failures;
            sum.active += active;
            sum.issued += Math.max(0, all - begun);
            successes = succeeded;
            failures = failed;
            begun = Math.max(begun, all);
        }
    }

    private static final class Sum {
        private long issued;
        private long successes;
        private long failures;
        private long active;

        boolean isNothing() {
            return issued == 0 && successes == 0 && failures == 0 && active == 0;
        }

        Writer encoded(Place place) {
            var locality = new Writer()
                    .string(1, place.locality().region())
                    .string(2, place.locality().zone())
                    .string(3, place.locality().subZone());
            return new Writer()
                    .message(1, locality)
                    .number(2, successes)
                    .number(3, active)
                    .number(4, failures)
                    .number(6, place.priority())
                    .number(8, issued);
        }
    }
}
