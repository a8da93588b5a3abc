package dev.weft.engine.snapshot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a route does with a call. */
public sealed interface Action {
    /**
     * Send it to a cluster.
     *
     * @param clusters at least one; weights are relative to their sum, which is above 0
     * @param timeoutNanos for the whole call, retries included; {@link Long#MAX_VALUE} for none
     * @param retry when and how to send again; null for never
     * @param hedge null for none
     * @param mirrors copies to send
     */
    record Forward(
            List<WeightedCluster> clusters,
            long timeoutNanos,
            @Nullable RetryPolicy retry,
            @Nullable HedgePolicy hedge,
            List<Mirror> mirrors,
            HeaderEdits edits)
            implements Action {
        public Forward {
            clusters = List.copyOf(clusters);
            mirrors = List.copyOf(mirrors);
        }

        /** Plain forwarding to one cluster. */
        public static Forward to(String cluster) {
            return new Forward(
                    List.of(new WeightedCluster(cluster, 1, HeaderEdits.NONE)),
                    Long.MAX_VALUE,
                    null,
                    null,
                    List.of(),
                    HeaderEdits.NONE);
        }
    }

    /** Answer here (Envoy: {@code direct_response}). */
    record DirectResponse(int status, String body) implements Action {}

    /**
     * @param weight 0 or more
     */
    record WeightedCluster(String cluster, int weight, HeaderEdits edits) {}

    /**
     * A copy of some calls (Envoy: {@code request_mirror_policies}).
     *
     * @param perMillion how many of a million calls
     */
    record Mirror(String cluster, int perMillion) {}
}
