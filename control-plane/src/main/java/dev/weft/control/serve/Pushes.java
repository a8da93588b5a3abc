package dev.weft.control.serve;

import dev.weft.control.store.Types;
import java.util.Map;
import java.util.TreeMap;

/** What has been sent to clients and what they have said to it, counted. Used from the serial queue only. */
public final class Pushes {
    private static final String OTHER = "other";

    private final Map<String, Sums> byType = new TreeMap<>();
    private final Latencies sends = new Latencies();
    private final Latencies takes = new Latencies();

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

    /** What nobody serves is named by clients, and is one. */
    private Sums sums(String type) {
        boolean isServed = Types.SHARED.contains(type) || type.equals(Types.REGISTRATION);
        return byType.computeIfAbsent(isServed ? type : OTHER, t -> new Sums());
    }

    public Map<String, Sums> byType() {
        return Map.copyOf(byType);
    }

    /** From a change until it was handed to a client's connection. */
    public Latencies sends() {
        return sends;
    }

    /** From a change until a client has said that it has taken it. */
    public Latencies takes() {
        return takes;
    }
}
