package dev.weft.control.rule;

import dev.weft.control.rule.DestinationRule.Balancer;
import dev.weft.control.rule.DestinationRule.Hash;
import dev.weft.control.rule.DestinationRule.LoadBalancer;
import dev.weft.control.rule.DestinationRule.Warmup;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what {@code loadBalancer} of a traffic policy says of how an instance is chosen. */
final class LoadBalancerReader {
    private static final Duration ONE_MILLI = Duration.ofMillis(1);

    /** As Envoy limits them, and so every agent. */
    private static final int LARGEST_RING = 8_388_608;

    private static final int LARGEST_TABLE = 5_000_011;

    private LoadBalancerReader() {}

    /** Null where it says nothing of how an instance is chosen. */
    static @Nullable LoadBalancer read(Fields balancer) {
        String simple = balancer.word(
                "simple",
                List.of(
                        "ROUND_ROBIN",
                        "LEAST_REQUEST",
                        "RANDOM",
                        "PEAK_EWMA",
                        "CLIENT_SIDE_WEIGHTED_ROUND_ROBIN",
                        "LEAST_CONN",
                        "UNSPECIFIED"),
                List.of("PASSTHROUGH"));
        Fields consistent = balancer.object("consistentHash");
        Hash hash = consistent == null ? null : hash(consistent);
        if (consistent != null && simple != null) {
            balancer.wrong("simple", "can't stand beside consistentHash");
        }
        Warmup warmup = warmup(balancer);
        Balancer chosen = chosen(simple);
        boolean isWarmed = chosen == null || chosen == Balancer.ROUND_ROBIN || chosen == Balancer.LEAST_REQUEST;
        if (warmup != null && (hash != null || !isWarmed)) {
            balancer.wrong(
                    balancer.has("warmup") ? "warmup" : "warmupDurationSecs",
                    "goes with ROUND_ROBIN and LEAST_REQUEST alone");
        }
        return chosen == null && hash == null && warmup == null
                ? null
                : new LoadBalancer(chosen == null ? Balancer.LEAST_REQUEST : chosen, hash, warmup);
    }

    private static @Nullable Balancer chosen(@Nullable String simple) {
        if (simple == null || simple.equals("UNSPECIFIED")) {
            return null;
        }
        // LEAST_CONN is Istio's older word for the same thing.
        return simple.equals("LEAST_CONN") ? Balancer.LEAST_REQUEST : Balancer.valueOf(simple);
    }

    private static @Nullable Hash hash(Fields hash) {
        String header = hash.text("httpHeaderName", "");
        String parameter = hash.text("httpQueryParameterName", "");
        Boolean address = hash.bool("useSourceIp");
        Fields cookie = hash.object("httpCookie");
        String cookieName = cookie == null ? "" : cookie(cookie);
        Integer oldSize = hash.integer("minimumRingSize", 1, LARGEST_RING);
        Fields ring = hash.object("ringHash");
        Fields maglev = hash.object("maglev");
        int size = oldSize == null ? 0 : oldSize;
        if (ring != null) {
            Integer least = ring.integer("minimumRingSize", 1, LARGEST_RING);
            size = least == null ? 0 : least;
            ring.end();
        }
        if (maglev != null) {
            Integer table = maglev.integer("tableSize", 2, LARGEST_TABLE);
            size = table == null ? 0 : table;
            if (size != 0 && !BigInteger.valueOf(size).isProbablePrime(50)) {
                maglev.wrong("tableSize", "must be a prime, is '" + size + "'");
            }
            if (ring != null || oldSize != null) {
                hash.wrong("maglev", "can't stand beside a ring");
            }
            maglev.end();
        }
        hash.end();
        boolean isAddress = Boolean.TRUE.equals(address);
        long given = Stream.of(!header.isEmpty(), !parameter.isEmpty(), isAddress, cookie != null)
                .filter(one -> one)
                .count();
        if (given != 1) {
            hash.wrong("must have one of httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName");
            return null;
        }
        if (!header.isEmpty() && !RouteReader.isHeader(header)) {
            hash.wrong("httpHeaderName", "is not the name of a header");
        }
        Hash.Source source = isAddress
                ? Hash.Source.ADDRESS
                : cookie != null ? Hash.Source.COOKIE : header.isEmpty() ? Hash.Source.QUERY : Hash.Source.HEADER;
        return new Hash(source, header + parameter + cookieName, maglev != null, size);
    }

    private static String cookie(Fields cookie) {
        String name = cookie.required("name");
        cookie.noEffect("a caller is no browser: a cookie counts where the application sends it", "ttl", "path");
        cookie.end();
        return name;
    }

    private static @Nullable Warmup warmup(Fields balancer) {
        Duration old = balancer.duration("warmupDurationSecs", ONE_MILLI);
        Fields warmup = balancer.object("warmup");
        if (warmup == null) {
            return old == null ? null : new Warmup(old, 10, 1);
        }
        Duration duration = warmup.duration("duration", ONE_MILLI);
        if (duration == null && !warmup.has("duration")) {
            warmup.wrong("duration", "is missing");
        }
        Double least = warmup.number("minimumPercent", 0, 100);
        Double aggression = warmup.number("aggression", 1, 100);
        warmup.end();
        return duration == null
                ? null
                : new Warmup(duration, least == null ? 10 : least, aggression == null ? 1 : aggression);
    }
}
