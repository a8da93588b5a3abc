package dev.weft.control.registry;

import java.time.Duration;

/** A check as it stands in the file. */
record SavedCheck(String path, long intervalMillis, long timeoutMillis, int healthy, int unhealthy, int port) {
    static SavedCheck of(HealthCheck check) {
        return new SavedCheck(
                check.path(),
                check.interval().toMillis(),
                check.timeout().toMillis(),
                check.healthy(),
                check.unhealthy(),
                check.port());
    }

    HealthCheck check() {
        return new HealthCheck(
                path, Duration.ofMillis(intervalMillis), Duration.ofMillis(timeoutMillis), healthy, unhealthy, port);
    }
}
