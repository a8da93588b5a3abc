package dev.weft.proxy.health;

import dev.weft.health.Check;
import org.jspecify.annotations.Nullable;

/**
 * How the application is checked (Envoy: {@code HealthCheck}).
 *
 * @param check what it has to do; null where a command says how it is
 * @param command for {@code /bin/sh -c}; empty where there is a check
 * @param port that is checked; 0 for the application's own
 * @param intervalNanos from the end of one check to the beginning of the next
 * @param jitterNanos by at most as much more, at random (Envoy: {@code interval_jitter})
 * @param timeoutNanos of one check
 * @param healthy so many successes in a row make it UP
 * @param unhealthy so many failures in a row make it DOWN
 */
public record HealthSettings(
        @Nullable Check check,
        String command,
        int port,
        long intervalNanos,
        long jitterNanos,
        long timeoutNanos,
        int healthy,
        int unhealthy) {
    /** By its name in the configuration. */
    public String kind() {
        return check == null
                ? "command"
                : check instanceof Check.Http ? "http" : check instanceof Check.Grpc ? "grpc" : "tcp";
    }
}
