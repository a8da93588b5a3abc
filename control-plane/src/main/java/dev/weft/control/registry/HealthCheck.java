package dev.weft.control.registry;

import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * How the control plane itself finds out how an instance is (Envoy: {@code HealthCheck}).
 *
 * @param how what is tried
 * @param interval between checks, give or take a tenth
 * @param timeout of one check
 * @param healthy so many in a row make it UP
 * @param unhealthy so many failures in a row make it DOWN
 * @param port that is tried; 0 for the instance's own
 */
public record HealthCheck(How how, Duration interval, Duration timeout, int healthy, int unhealthy, int port) {
    /** Whether anybody listens at all. */
    public static final HealthCheck CONNECTION =
            new HealthCheck(new How.Connection(), Duration.ofSeconds(10), Duration.ofSeconds(2), 1, 1);

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int MOST = 100;
    private static final int MAX_PATH = 512;
    private static final int MAX_SERVICE = 256;

    /** What an instance must do to be well. */
    public sealed interface How {
        /** To accept a connection. */
        record Connection() implements How {}

        /** To answer a GET of this path with 2xx or 3xx. */
        record Http(String path) implements How {}

        /** To answer {@code grpc.health.v1.Health/Check} for this service with SERVING; empty for the whole server. */
        record Grpc(String service) implements How {}
    }

    /** A check of the port by which the instance is called. */
    public HealthCheck(How how, Duration interval, Duration timeout, int healthy, int unhealthy) {
        this(how, interval, timeout, healthy, unhealthy, 0);
    }

    /** Tells every field that can't be kept as it is, and why. */
    void check(Duration ttl, BiConsumer<String, String> wrong) {
        check(wrong);
        if (ttl.compareTo(interval.multipliedBy(2)) < 0) {
            wrong.accept("ttl", "must be two intervals of the check at least: each success renews the lease");
        }
    }

    /** The same for a check that renews no lease. */
    public void check(BiConsumer<String, String> wrong) {
        if (how instanceof How.Http http && !(http.path().startsWith("/") && isVisible(http.path(), MAX_PATH))) {
            wrong.accept(
                    "check.http",
                    "must be a path, such as /health, of " + MAX_PATH + " visible characters at the most");
        }
        if (how instanceof How.Grpc grpc && !isVisible(grpc.service(), MAX_SERVICE)) {
            wrong.accept(
                    "check.grpc",
                    "must be the name of a service, or empty for the whole server, of " + MAX_SERVICE
                            + " visible characters at the most");
        }
        if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
            wrong.accept("check.interval", "must be from 1s to 10m");
        }
        if (timeout.toMillis() < 1 || timeout.compareTo(interval) > 0) {
            wrong.accept("check.timeout", "must be 1ms at least and not above the interval");
        }
        if (healthy < 1 || healthy > MOST) {
            wrong.accept("check.healthy", "must be from 1 to " + MOST);
        }
        if (unhealthy < 1 || unhealthy > MOST) {
            wrong.accept("check.unhealthy", "must be from 1 to " + MOST);
        }
    }

    private static boolean isVisible(String text, int most) {
        return text.length() <= most && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
