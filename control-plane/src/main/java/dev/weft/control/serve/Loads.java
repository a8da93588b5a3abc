package dev.weft.control.serve;

import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Source;
import dev.weft.control.store.Types;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What clients have reported of their calls, by cluster and locality: sums since this process began. Used from the
 * serial queue only.
 */
public final class Loads {
    /** What a cluster's endpoints say of where they are is theirs to choose. */
    private static final int MAX_LOCALITIES = 256;

    private final ResourceStore store;
    private final Map<String, Cluster> clusters = new TreeMap<>();
    private long reports;

    private static final class Cluster {
        private final Map<Place, Sums> places = new TreeMap<>();
        private long dropped;
        private String namespace = "";
        private Instant last = Instant.EPOCH;
    }

    private record Place(String region, String zone, String subZone) implements Comparable<Place> {
        static Place of(Locality locality) {
            return new Place(locality.getRegion(), locality.getZone(), locality.getSubZone());
        }

        boolean isTooLong() {
            return Math.max(region.length(), Math.max(zone.length(), subZone.length())) > Limits.NAME_LENGTH;
        }

        @Override
        public int compareTo(Place other) {
            int byRegion = region.compareTo(other.region);
            int byZone = byRegion != 0 ? byRegion : zone.compareTo(other.zone);
            return byZone != 0 ? byZone : subZone.compareTo(other.subZone);
        }
    }

    private static final class Sums {
        private long issued;
        private long successful;
        private long failed;
        private long inProgress;
    }

    /**
     * The calls to one cluster.
     *
     * @param dropped calls that clients refused themselves, because a rule or a limit said so
     * @param last when somebody reported last
     */
    public record Load(String cluster, long dropped, Instant last, List<Part> localities) {
        public Load {
            localities = List.copyOf(localities);
        }
    }

    /** The calls to its endpoints in one place. */
    public record Part(
            String region, String zone, String subZone, long issued, long successful, long failed, long inProgress) {}

    public Loads(ResourceStore store) {
        this.store = store;
    }

    /** One client that reports, for as long as its stream. */
    final class Reporter {
        private final Map<Sums, Long> inProgress = new IdentityHashMap<>();

        /**
         * Takes in what a client says; of a cluster that it can't know nothing is kept, and where it says nothing of
         * one nothing is under way.
         *
         * @param namespace its own
         */
        void report(String namespace, List<ClusterStats> said, Instant now) {
            close();
            reports++;
            Source known = store.of(Types.CLUSTER, namespace);
            for (ClusterStats stats : said) {
                if (known != null && known.get(stats.getClusterName()) != null) {
                    Cluster cluster = clusters.computeIfAbsent(stats.getClusterName(), name -> new Cluster());
                    cluster.last = now;
                    cluster.namespace = namespace;
                    cluster.dropped += count(stats.getTotalDroppedRequests());
                    stats.getUpstreamLocalityStatsList().forEach(part -> add(cluster, part));
                }
            }
        }

        private void add(Cluster cluster, UpstreamLocalityStats part) {
            Place place = Place.of(part.getLocality());
            Sums sums = cluster.places.get(place);
            if (sums == null && cluster.places.size() < MAX_LOCALITIES && !place.isTooLong()) {
                sums = new Sums();
                cluster.places.put(place, sums);
            }
            if (sums != null) {
                long active = count(part.getTotalRequestsInProgress());
                sums.issued += count(part.getTotalIssuedRequests());
                sums.successful += count(part.getTotalSuccessfulRequests());
                sums.failed += count(part.getTotalErrorRequests());
                sums.inProgress += active;
                inProgress.merge(sums, active, Long::sum);
            }
        }

        /** It is gone, and so is what it had under way. */
        void close() {
            inProgress.forEach((sums, active) -> sums.inProgress -= active);
            inProgress.clear();
        }
    }

    /** Unsigned on the wire; what has no place in a long is nobody's count. */
    private static long count(long value) {
        return Math.max(0, value);
    }

    /** How many reports have come. */
    public long reports() {
        return reports;
    }

    /** Everything that is known of clusters that there still are, by their names. */
    public List<Load> all() {
        clusters.entrySet().removeIf(one -> {
            Source known = store.of(Types.CLUSTER, one.getValue().namespace);
            return known == null || known.get(one.getKey()) == null;
        });
        List<Load> all = new ArrayList<>(clusters.size());
        clusters.forEach((name, cluster) -> {
            List<Part> parts = new ArrayList<>();
            cluster.places.forEach((place, sums) -> parts.add(new Part(
                    place.region(),
                    place.zone(),
                    place.subZone(),
                    sums.issued,
                    sums.successful,
                    sums.failed,
                    sums.inProgress)));
            all.add(new Load(name, cluster.dropped, cluster.last, parts));
        });
        return all;
    }
}
