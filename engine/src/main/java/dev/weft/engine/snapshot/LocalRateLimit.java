package dev.weft.engine.snapshot;

import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.QueryMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A limit on how many calls go out from this process (Envoy: {@code envoy.filters.http.local_ratelimit}).
 * The calls of all that hold an equal one share its buckets.
 *
 * @param bucket for calls that no descriptor names, and for the others too where {@code always}; null
 *     switches the limit off
 * @param limits for calls of some kinds
 * @param kinds how a call's kinds are found, each a list of parts; empty for what its route says
 * @param always every call takes from {@code bucket} (Envoy: {@code always_consume_default_token_bucket})
 * @param enabled how many of a million calls are counted
 * @param enforced how many of a million calls that are too many are refused
 * @param answer what a refused call gets
 * @param stage of a route's kinds that count
 * @param ofHost what becomes of the kinds of its virtual host
 * @param mostValues of each limit for any value, how many values have a bucket at once (Envoy: {@code
 *     max_dynamic_descriptors})
 */
public record LocalRateLimit(
        String scope,
        @Nullable TokenBucket bucket,
        List<Limited> limits,
        List<List<Part>> kinds,
        boolean always,
        int enabled,
        int enforced,
        Answer answer,
        int stage,
        RateLimits.OfHost ofHost,
        int mostValues)
        implements Guard {
    /** Envoy's. */
    public static final int MOST_VALUES = 20;

    /** One that asks routes for what is of stage 0. */
    public LocalRateLimit(
            String scope,
            @Nullable TokenBucket bucket,
            List<Limited> limits,
            List<List<Part>> kinds,
            boolean always,
            int enabled,
            int enforced,
            Answer answer) {
        this(
                scope,
                bucket,
                limits,
                kinds,
                always,
                enabled,
                enforced,
                answer,
                0,
                RateLimits.OfHost.OVERRIDE,
                MOST_VALUES);
    }

    public LocalRateLimit {
        limits = List.copyOf(limits);
        kinds = kinds.stream().map(List::copyOf).toList();
        if (enabled < 0 || enabled > 1_000_000 || enforced < 0 || enforced > 1_000_000) {
            throw new IllegalArgumentException("filter_enabled or filter_enforced: above the whole");
        }
        Bounds.require(mostValues >= 1, "max_dynamic_descriptors", mostValues);
        if (limits.stream().map(Limited::entries).distinct().count() < limits.size()) {
            throw new IllegalArgumentException("descriptors: the same stands there twice");
        }
    }

    @Override
    public boolean idle() {
        return bucket == null || enabled == 0;
    }

    /** The limit for one kind of calls: those with exactly these entries, and any value where one is empty. */
    public record Limited(List<Entry> entries, TokenBucket bucket) {
        public Limited {
            entries = List.copyOf(entries);
            if (entries.isEmpty()) {
                throw new IllegalArgumentException("descriptors.entries: is empty");
            }
        }

        /** Whether each value has a bucket of its own. */
        public boolean any() {
            return entries.stream().anyMatch(entry -> entry.value().isEmpty());
        }
    }

    /** One property of a call. */
    public record Entry(String key, String value) {}

    /**
     * What a refused call gets.
     *
     * @param status HTTP status, 400 or more
     * @param grpcStatus -1 for what gRPC makes of the HTTP status
     */
    public record Answer(int status, int grpcStatus, List<HeaderEdits.Entry> headers) {
        /** Envoy's. */
        public static final Answer DEFAULT = new Answer(429, -1, List.of());

        public Answer {
            headers = List.copyOf(headers);
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("status: " + status + " is out of range");
            }
        }
    }

    /** Makes one entry of a call (Envoy: {@code route.v3.RateLimit.Action}). */
    public sealed interface Part {
        /** The same for all. */
        record GenericKey(String key, String value) implements Part {}

        /** The cluster that the call is for: {@code destination_cluster}. */
        record DestinationCluster() implements Part {}

        /** The address of whoever makes the call, where that is somebody else than this process. */
        record RemoteAddress() implements Part {}

        /**
         * The network that this address is in.
         *
         * @param four bits of it in an IPv4 address, 0 to 32
         * @param six in an IPv6 address, 0 to 128
         */
        record MaskedRemoteAddress(int four, int six) implements Part {
            public MaskedRemoteAddress {
                Bounds.require(four >= 0 && four <= 32, "masked_remote_address.v4_prefix_mask_len", four);
                Bounds.require(six >= 0 && six <= 128, "masked_remote_address.v6_prefix_mask_len", six);
            }
        }

        /**
         * The value of a header.
         *
         * @param skipIfAbsent without the header the kind lacks this entry; otherwise the call is not of the kind
         */
        record RequestHeader(String header, String key, boolean skipIfAbsent) implements Part {}

        /**
         * The value of a parameter of the query, decoded.
         *
         * @param skipIfAbsent as for a header
         */
        record QueryParameter(String parameter, String key, boolean skipIfAbsent) implements Part {}

        /** Where conditions on parameters of the query hold, or where they do not. */
        record QueryValueMatch(String key, String value, boolean expected, List<QueryMatch> parameters)
                implements Part {
            public QueryValueMatch {
                parameters = List.copyOf(parameters);
            }
        }

        /**
         * Where conditions on headers hold, or where they do not.
         *
         * @param expected whether they must hold; otherwise the call is not of the kind
         */
        record HeaderValueMatch(String key, String value, boolean expected, List<HeaderMatch> headers) implements Part {
            public HeaderValueMatch {
                headers = List.copyOf(headers);
            }
        }
    }
}
