package dev.weft.control.rule;

import dev.weft.control.rule.Resilience.PeakEwma;
import dev.weft.control.rule.Resilience.ReportedLoad;
import dev.weft.control.rule.Resilience.Subsetting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads the parts of a {@code Resilience} that say how an instance is chosen. */
final class BalancingKeys {
    private static final Duration ONE_MILLI = Duration.ofMillis(1);

    /** Weights that change more often cost more than they bring (gRFC A58). */
    private static final Duration SHORTEST_UPDATE = Duration.ofMillis(100);

    private static final int LARGEST_PENALTY = 1_000;

    private BalancingKeys() {}

    static @Nullable Subsetting subsetting(Fields fields) {
        Integer instances = fields.integer("instances", 1, Integer.MAX_VALUE);
        if (!fields.has("instances")) {
            fields.wrong("instances", "is missing");
        }
        return instances == null ? null : new Subsetting(instances);
    }

    static @Nullable PeakEwma peakEwma(Fields fields) {
        Duration decay = fields.duration("decay", ONE_MILLI);
        if (!fields.has("decay")) {
            fields.wrong("decay", "is missing");
        }
        return decay == null ? null : new PeakEwma(decay);
    }

    static ReportedLoad reportedLoad(Fields fields) {
        return new ReportedLoad(
                fields.duration("blackout", Duration.ZERO),
                fields.duration("expiration", ONE_MILLI),
                fields.duration("update", SHORTEST_UPDATE),
                fields.number("errorPenalty", 0, LARGEST_PENALTY),
                fields.texts("utilization"));
    }
}
