package dev.weft.agent;

import dev.weft.agent.config.Config;
import dev.weft.client.warm.KeptFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where agents keep what they were told: in the directory that is configured, else in one for each service. */
final class StateDirectory {
    private final @Nullable Path configured;
    private final Path base;

    private StateDirectory(@Nullable Path configured, Path base) {
        this.configured = configured;
        this.base = base;
    }

    static StateDirectory of(Config config) {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path user =
                cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return new StateDirectory(
                config.stateDir().isEmpty() ? null : Path.of(config.stateDir()), user.resolve("weft"));
    }

    Path of(String service) {
        return configured == null ? base.resolve(service) : configured;
    }

    /**
     * Whether something is kept for a service.
     *
     * @param service null for any: its name may turn out to be each of them
     */
    boolean isKept(@Nullable String service) throws IOException {
        if (service != null || configured != null) {
            return new KeptFile(of(service == null ? "" : service)).exists();
        }
        if (!Files.isDirectory(base)) {
            return false;
        }
        try (DirectoryStream<Path> services = Files.newDirectoryStream(base)) {
            for (Path each : services) {
                if (new KeptFile(each).exists()) {
                    return true;
                }
            }
        }
        return false;
    }
}
