package dev.weft.engine.snapshot;

import static dev.weft.engine.snapshot.Bounds.require;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How one endpoint is chosen of those that may be used (Envoy: {@code lb_policy} and its configuration). */
public sealed interface Balancer {
    Balancer ROUND_ROBIN = new RoundRobin(null);
    Balancer LEAST_REQUEST = new LeastRequest(2, 1, null);
    Balancer RANDOM = new Random();
    Balancer PEAK_EWMA = new PeakEwma(10_000_000_000L, 30_000_000L, 1_000_000_000L);
    Balancer RING_HASH = new RingHash(HashFunction.XX_HASH, 1024, RingHash.MOST);
    Balancer MAGLEV = new Maglev(65_537);

    /** Envoy's word for it. */
    String name();

    /** Whether the same call shall meet the same endpoint. */
    default boolean hashes() {
        return false;
    }

    /** How new endpoints are warmed up; null for at once. */
    default @Nullable SlowStart slowStart() {
        return null;
    }

    /** In turn, as often as the weights say. */
    record RoundRobin(@Nullable SlowStart slowStart) implements Balancer {
        @Override
        public String name() {
            return "ROUND_ROBIN";
        }
    }

    /**
     * The one with the fewest calls in flight of some chosen at random.
     *
     * @param choices how many are compared, 2 or more (Envoy: {@code choice_count}); between unequal
     *     weights the bias counts instead
     * @param activeRequestBias 0 or more; an endpoint's weight is divided by its calls in flight, plus
     *     one, to this power
     */
    record LeastRequest(
            int choices, double activeRequestBias, @Nullable SlowStart slowStart) implements Balancer {
        public LeastRequest {
            require(choices >= 2, "choice_count", choices);
            require(activeRequestBias >= 0 && activeRequestBias <= 100, "active_request_bias", activeRequestBias);
        }

        @Override
        public String name() {
            return "LEAST_REQUEST";
        }
    }

    /** Any, as often as the weights say. */
    record Random() implements Balancer {
        @Override
        public String name() {
            return "RANDOM";
        }
    }

    /**
     * The one that promises the shortest wait of two (Finagle, Linkerd): latency, which rises at once
     * and falls slowly, times the calls in flight.
     *
     * @param decayNanos after this time an old latency counts for a third
     * @param defaultRttNanos what an endpoint is taken for that has not answered yet
     * @param failurePenaltyNanos what a failed attempt counts as, at least; 0 for what it took
     */
    record PeakEwma(long decayNanos, long defaultRttNanos, long failurePenaltyNanos) implements Balancer {
        public PeakEwma {
            Bounds.passes(decayNanos, "decay_time");
            require(defaultRttNanos > 0, "default_rtt", defaultRttNanos);
            require(failurePenaltyNanos >= 0, "failure_penalty", failurePenaltyNanos);
        }

        @Override
        public String name() {
            return "PEAK_EWMA";
        }
    }

    /**
     * In turn, as often as the load that the endpoints report allows (gRFC A58).
     *
     * @param blackoutNanos how long an endpoint must have reported before it is believed
     * @param expirationNanos how long a report counts
     * @param updateNanos how often the weights are computed anew
     * @param errorPenalty how much a share of errors adds to the utilization
     * @param utilizations metrics of which the largest counts where the application says no utilization (Envoy:
     *     {@code metric_names_for_computing_utilization})
     */
    record ClientSideWeighted(
            long blackoutNanos, long expirationNanos, long updateNanos, double errorPenalty, List<String> utilizations)
            implements Balancer {
        private static final long SHORTEST_UPDATE = 100_000_000L;

        /** By the utilization of the application, or of its CPU. */
        public ClientSideWeighted(long blackoutNanos, long expirationNanos, long updateNanos, double errorPenalty) {
            this(blackoutNanos, expirationNanos, updateNanos, errorPenalty, List.of());
        }

        public ClientSideWeighted {
            utilizations = List.copyOf(utilizations);
            require(blackoutNanos >= 0, "blackout_period", blackoutNanos);
            Bounds.passes(expirationNanos, "weight_expiration_period");
            require(errorPenalty >= 0 && errorPenalty < 1e6, "error_utilization_penalty", errorPenalty);
            updateNanos = Math.max(updateNanos, SHORTEST_UPDATE);
            Bounds.passes(updateNanos, "weight_update_period");
        }

        @Override
        public String name() {
            return "CLIENT_SIDE_WEIGHTED_ROUND_ROBIN";
        }
    }

    /**
     * The next endpoint on a ring of hashes (Envoy, gRFC A42).
     *
     * @param minimumSize entries; 1 to the maximum
     * @param maximumSize entries; 8,388,608 at the most
     */
    record RingHash(HashFunction function, int minimumSize, int maximumSize) implements Balancer {
        public static final int MOST = 8_388_608;

        public RingHash {
            require(minimumSize >= 1 && minimumSize <= MOST, "minimum_ring_size", minimumSize);
            require(maximumSize >= minimumSize && maximumSize <= MOST, "maximum_ring_size", maximumSize);
        }

        @Override
        public String name() {
            return "RING_HASH";
        }

        @Override
        public boolean hashes() {
            return true;
        }
    }

    /**
     * A table of hashes with equal shares (Eisenbud et al., "Maglev: A Fast and Reliable Software
     * Network Load Balancer", NSDI 2016).
     *
     * @param tableSize a prime, 5,000,011 at the most
     */
    record Maglev(int tableSize) implements Balancer {
        public static final int MOST = 5_000_011;

        public Maglev {
            require(prime(tableSize) && tableSize <= MOST, "table_size", tableSize);
        }

        @Override
        public String name() {
            return "MAGLEV";
        }

        @Override
        public boolean hashes() {
            return true;
        }
    }

    /** Of the endpoints' names on a ring; calls are hashed by their route. */
    enum HashFunction {
        XX_HASH,
        MURMUR_HASH_2
    }

    private static boolean prime(int number) {
        for (int i = 2; (long) i * i <= number; i++) {
            if (number % i == 0) {
                return false;
            }
        }
        return number > 1;
    }
}
