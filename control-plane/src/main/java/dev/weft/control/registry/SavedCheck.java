package dev.weft.control.registry;

import dev.weft.control.registry.HealthCheck.How;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A check as it stands in the file.
 *
 * @param path of a GET; empty for none
 * @param grpc a service, empty for the whole server; null for none, as in files of earlier versions
 */
record SavedCheck(
        String path,
        long intervalMillis,
        long timeoutMillis,
        int healthy,
        int unhealthy,
        int port,
        @Nullable String grpc) {
    static SavedCheck of(HealthCheck check) {
        return new SavedCheck(
                check.how() instanceof How.Http http ? http.path() : "",
                check.interval().toMillis(),
                check.timeout().toMillis(),
                check.healthy(),
                check.unhealthy(),
                check.port(),
                check.how() instanceof How.Grpc called ? called.service() : null);
    }

    HealthCheck check() {
        How how = grpc != null ? new How.Grpc(grpc) : path.isEmpty() ? new How.Connection() : new How.Http(path);
        return new HealthCheck(
                how, Duration.ofMillis(intervalMillis), Duration.ofMillis(timeoutMillis), healthy, unhealthy, port);
    }
}
