package dev.weft.engine.snapshot;

import java.util.List;
import java.util.Map;
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
     * @param edits those of the route and of the levels around it
     * @param rewrite of the path; null for none
     * @param hash what makes calls alike; empty for no hash
     * @param split how one of several clusters is chosen
     * @param attemptCount whether the peer is told which attempt it sees (Envoy: {@code
     *     include_request_attempt_count}, in {@code x-envoy-attempt-count})
     * @param fallback what the application gets instead of a failure; null for the failure
     * @param elsewhere where calls go whose cluster has no endpoint that is well (own words); null for nowhere
     * @param host what is sent as the host; null for the application's own
     * @param forwardedHost whether a peer that is sent another host is told the application's (Envoy: {@code
     *     append_x_forwarded_host})
     * @param answerEdits those of answers, of the route and of the levels around it
     */
    record Forward(
            List<WeightedCluster> clusters,
            long timeoutNanos,
            @Nullable RetryPolicy retry,
            @Nullable HedgePolicy hedge,
            List<Mirror> mirrors,
            HeaderEdits edits,
            @Nullable PathRewrite rewrite,
            List<HashPolicy> hash,
            Split split,
            boolean attemptCount,
            @Nullable Fallback fallback,
            @Nullable WeightedCluster elsewhere,
            @Nullable HostRewrite host,
            boolean forwardedHost,
            HeaderEdits answerEdits)
            implements Action {
        public Forward {
            clusters = List.copyOf(clusters);
            mirrors = List.copyOf(mirrors);
            hash = List.copyOf(hash);
            long sum = 0;
            for (WeightedCluster cluster : clusters) {
                sum += cluster.weight;
            }
            if (sum < 1 || sum > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("clusters: weights add up to " + sum);
            }
            if (timeoutNanos <= 0) {
                throw new IllegalArgumentException("timeout: " + timeoutNanos + " ns is not above 0");
            }
        }

        /** One that neither counts nor hides anything. */
        public Forward(
                List<WeightedCluster> clusters,
                long timeoutNanos,
                @Nullable RetryPolicy retry,
                @Nullable HedgePolicy hedge,
                List<Mirror> mirrors,
                HeaderEdits edits,
                @Nullable PathRewrite rewrite,
                List<HashPolicy> hash,
                Split split) {
            this(
                    clusters,
                    timeoutNanos,
                    retry,
                    hedge,
                    mirrors,
                    edits,
                    rewrite,
                    hash,
                    split,
                    false,
                    null,
                    null,
                    null,
                    false,
                    HeaderEdits.NONE);
        }

        public Forward(
                List<WeightedCluster> clusters,
                long timeoutNanos,
                @Nullable RetryPolicy retry,
                @Nullable HedgePolicy hedge,
                List<Mirror> mirrors,
                HeaderEdits edits) {
            this(clusters, timeoutNanos, retry, hedge, mirrors, edits, null, List.of(), Split.RANDOM);
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

        /** The same with another path. */
        public Forward rewriting(PathRewrite path) {
            return new Forward(
                    clusters,
                    timeoutNanos,
                    retry,
                    hedge,
                    mirrors,
                    edits,
                    path,
                    hash,
                    split,
                    attemptCount,
                    fallback,
                    elsewhere,
                    host,
                    forwardedHost,
                    answerEdits);
        }

        /** The same with another host. */
        public Forward naming(@Nullable HostRewrite as) {
            return naming(as, forwardedHost);
        }

        /**
         * The same with another host.
         *
         * @param told whether the peer is told the application's
         */
        public Forward naming(@Nullable HostRewrite as, boolean told) {
            return new Forward(
                    clusters,
                    timeoutNanos,
                    retry,
                    hedge,
                    mirrors,
                    edits,
                    rewrite,
                    hash,
                    split,
                    attemptCount,
                    fallback,
                    elsewhere,
                    as,
                    told,
                    answerEdits);
        }

        /** The same with other headers of answers. */
        public Forward editingAnswers(HeaderEdits changes) {
            return new Forward(
                    clusters,
                    timeoutNanos,
                    retry,
                    hedge,
                    mirrors,
                    edits,
                    rewrite,
                    hash,
                    split,
                    attemptCount,
                    fallback,
                    elsewhere,
                    host,
                    forwardedHost,
                    changes);
        }

        /** The same with calls kept together. */
        public Forward hashing(List<HashPolicy> policies, Split by) {
            return new Forward(
                    clusters,
                    timeoutNanos,
                    retry,
                    hedge,
                    mirrors,
                    edits,
                    rewrite,
                    policies,
                    by,
                    attemptCount,
                    fallback,
                    elsewhere,
                    host,
                    forwardedHost,
                    answerEdits);
        }

        /** The same, with another cluster for when the chosen one is down. */
        public Forward failingOver(@Nullable WeightedCluster to) {
            return new Forward(
                    clusters,
                    timeoutNanos,
                    retry,
                    hedge,
                    mirrors,
                    edits,
                    rewrite,
                    hash,
                    split,
                    attemptCount,
                    fallback,
                    to,
                    host,
                    forwardedHost,
                    answerEdits);
        }

        /** The same, with the number of the attempt told to the peer, and another answer to failures. */
        public Forward answering(boolean counted, @Nullable Fallback instead) {
            return new Forward(
                    clusters,
                    timeoutNanos,
                    retry,
                    hedge,
                    mirrors,
                    edits,
                    rewrite,
                    hash,
                    split,
                    counted,
                    instead,
                    elsewhere,
                    host,
                    forwardedHost,
                    answerEdits);
        }
    }

    /**
     * Answer here (Envoy: {@code direct_response}).
     *
     * @param headers of the answer
     */
    record DirectResponse(int status, String body, List<HeaderEdits.Entry> headers) implements Action {
        public DirectResponse {
            headers = List.copyOf(headers);
            if (status < 200 || status > 599) {
                throw new IllegalArgumentException("direct_response.status: " + status + " is out of range");
            }
        }

        public DirectResponse(int status, String body) {
            this(status, body, List.of());
        }
    }

    /**
     * Send the caller elsewhere.
     *
     * @param headers of the answer, beside its {@code location}
     */
    record Redirected(Redirect redirect, List<HeaderEdits.Entry> headers) implements Action {
        public Redirected {
            headers = List.copyOf(headers);
        }
    }

    /**
     * @param weight 0 or more
     * @param labels that its endpoints must have, where the cluster is divided by them (Envoy: {@code metadata_match})
     * @param host what is sent as the host; null for what the route says
     * @param answerEdits of its answers
     */
    record WeightedCluster(
            String cluster,
            int weight,
            HeaderEdits edits,
            Map<String, String> labels,
            @Nullable HostRewrite host,
            HeaderEdits answerEdits) {
        /** With the host that the route says. */
        public WeightedCluster(String cluster, int weight, HeaderEdits edits, Map<String, String> labels) {
            this(cluster, weight, edits, labels, null, HeaderEdits.NONE);
        }

        /** Any of its endpoints. */
        public WeightedCluster(String cluster, int weight, HeaderEdits edits) {
            this(cluster, weight, edits, Map.of());
        }

        public WeightedCluster {
            labels = Map.copyOf(labels);
            if (cluster.isEmpty()) {
                throw new IllegalArgumentException("cluster.name: is empty");
            }
            if (weight < 0) {
                throw new IllegalArgumentException("cluster.weight: " + weight + " is negative");
            }
        }
    }

    /** How one of several clusters is chosen; each in proportion to its weight. */
    sealed interface Split {
        Split RANDOM = new Random();
        Split HASH = new Hash();

        record Random() implements Split {}

        /** By the hash of the call, where it has one (Envoy: {@code use_hash_policy}). */
        record Hash() implements Split {}

        /** By the whole number in a header, where there is one (Envoy: {@code header_name}). */
        record Header(String name) implements Split {
            public Header {
                Bounds.named("weighted_clusters.header_name", name);
            }
        }
    }

    /**
     * A copy of some calls (Envoy: {@code request_mirror_policies}).
     *
     * @param perMillion how many of a million calls
     */
    record Mirror(String cluster, int perMillion) {
        public Mirror {
            Bounds.named("mirror.cluster", cluster);
            if (perMillion < 0 || perMillion > 1_000_000) {
                throw new IllegalArgumentException("mirror.perMillion: " + perMillion + " is out of range");
            }
        }
    }
}
