package dev.weft.control.serve;

import dev.weft.control.store.Types;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What has been sent to clients and what they have said to it, counted. Used from the serial queue only. */
public final class Pushes {
    /** Upper ends of the histogram's buckets, in seconds. */
    public static final List<Double> BUCKETS = List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

    private static final double NANOS = 1e9;
    private static final String OTHER = "other";

    private final Map<String, Sums> byType = new TreeMap<>();
    private final long[] buckets = new long[BUCKETS.size()];
    private long latencies;
    private double seconds;

    /** Sums of one type of resource. */
    public static final class Sums {
        private long responses;
        private long resources;
        private long bytes;
        private long acks;
        private long nacks;

        public long responses() {
            return responses;
        }

        public long resources() {
            return resources;
        }

        public long bytes() {
            return bytes;
        }

        public long acks() {
            return acks;
        }

        public long nacks() {
            return nacks;
        }
    }

    void sent(String type, int resources, long bytes) {
        Sums sums = sums(type);
        sums.responses++;
        sums.resources += resources;
        sums.bytes += bytes;
    }

    void answered(String type, boolean isTaken) {
        Sums sums = sums(type);
        if (isTaken) {
            sums.acks++;
        } else {
            sums.nacks++;
        }
    }

    /** A client has taken a change so long after it was made. */
    void latency(long nanos) {
        double passed = nanos / NANOS;
        latencies++;
        seconds += passed;
        for (int i = 0; i < BUCKETS.size(); i++) {
            if (passed <= BUCKETS.get(i)) {
                buckets[i]++;
            }
        }
    }

    /** What nobody serves is named by clients, and is one. */
    private Sums sums(String type) {
        boolean isServed = Types.SHARED.contains(type) || type.equals(Types.REGISTRATION);
        return byType.computeIfAbsent(isServed ? type : OTHER, t -> new Sums());
    }

    public Map<String, Sums> byType() {
        return Map.copyOf(byType);
    }

    /** How many took no longer than a bucket's upper end. */
    public long within(int bucket) {
        return buckets[bucket];
    }

    public long latencies() {
        return latencies;
    }

    /** All latencies together. */
    public double seconds() {
        return seconds;
    }
}
