package dev.weft.client;

import dev.weft.client.bootstrap.Profile;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the client is set up.
 *
 * @param state directory of the last-known-good configuration; null to keep none
 * @param localCluster the cluster whose endpoints are this workload's instances; empty where it is not known
 * @param quotaToken file that holds a bearer token for rate limit services, never sent without TLS; null for none
 * @param authorities of names that begin with {@code xdstp:}, each with the servers that it has for itself, by
 *     preference; none for those of {@code servers}
 */
public record Settings(
        Servers servers,
        Profile profile,
        @Nullable Path state,
        String localCluster,
        @Nullable Path quotaToken,
        Map<String, List<Server>> authorities) {
    public Settings {
        authorities = Map.copyOf(authorities);
    }

    /** One that knows no authorities of names. */
    public Settings(
            Servers servers, Profile profile, @Nullable Path state, String localCluster, @Nullable Path quotaToken) {
        this(servers, profile, state, localCluster, quotaToken, Map.of());
    }

    /** One that keeps its calls in no zone, and has nothing to show to rate limit services. */
    public Settings(Servers servers, Profile profile, @Nullable Path state) {
        this(servers, profile, state, "", null, Map.of());
    }
}
