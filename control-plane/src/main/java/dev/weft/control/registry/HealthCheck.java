package dev.weft.control.registry;

import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * How the control plane itself finds out how an instance is (Envoy: {@code HealthCheck}).
 *
 * @param path that a GET must answer with 2xx or 3xx; empty when a connection is enough
 * @param interval between checks, give or take a tenth
 * @param timeout of one check
 * @param healthy so many in a row make it UP
 * @param unhealthy so many failures in a row make it DOWN
 * @param port that is tried; 0 for the instance's own
 */
public record HealthCheck(String path, Duration interval, Duration timeout, int healthy, int unhealthy, int port) {
    /** Whether anybody listens at all. */
    public static final HealthCheck CONNECTION =
            new HealthCheck("", Duration.ofSeconds(10), Duration.ofSeconds(2), 1, 1);

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int MOST = 100;
    private static final int MAX_PATH = 512;

    /** A check of the port by which the instance is called. */
    public HealthCheck(String path, Duration interval, Duration timeout, int healthy, int unhealthy) {
        this(path, interval, timeout, healthy, unhealthy, 0);
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
        boolean isPath = path.isEmpty()
                || (path.startsWith("/")
                        && path.length() <= MAX_PATH
                        && path.chars().allMatch(c -> c > ' ' && c < 0x7f));
        if (!isPath) {
            wrong.accept(
                    "check.http",
                    "must be a path, such as /health, of " + MAX_PATH + " visible characters at the most");
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
}
