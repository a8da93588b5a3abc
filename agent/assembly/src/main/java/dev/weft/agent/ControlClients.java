package dev.weft.agent;

import dev.weft.agent.config.Config;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import dev.weft.agent.log.jul.Logger;
import dev.weft.client.ControlClient;
import dev.weft.client.Settings;
import dev.weft.client.bootstrap.Target;
import dev.weft.client.identity.Identity;
import dev.weft.client.resource.CertificateSource;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Makes the control client that the configuration describes. */
final class ControlClients {
    private final Config config;
    private final Clock clock;
    private final Chance chance;
    private final Log log;

    ControlClients(Config config, Clock clock, Chance chance, Log log) {
        this.config = config;
        this.clock = clock;
        this.chance = chance;
        this.log = log;
    }

    ControlClient make(String service, Consumer<Snapshot> publish) {
        Logger.sendTo(log);
        Settings settings = new Settings(target(), state(service));
        Identity identity = new Identity(
                service,
                config.namespace(),
                labels(),
                config.region(),
                config.zone(),
                config.address().isEmpty() ? null : config.address(),
                ProcessHandle.current().pid(),
                Version.OF_AGENT);
        return new ControlClient(settings, identity, CertificateSource.NONE, clock, chance, new ClientLog(), publish);
    }

    Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>(config.labels());
        if (!config.version().isEmpty()) {
            labels.put("version", config.version());
        }
        return labels;
    }

    private Target target() {
        try {
            String local = config.controlPlane().isEmpty() ? LocalControlPlane.address() : null;
            String configured = config.controlPlane();
            return Target.parse(configured.isEmpty() ? local == null ? "127.0.0.1:15010" : local : configured);
        } catch (IOException e) {
            log.say(LogLevel.WARN, "control plane: " + e + "; trying the default address");
            return Target.parse("127.0.0.1:15010");
        }
    }

    private Path state(String service) {
        if (!config.stateDir().isEmpty()) {
            return Path.of(config.stateDir());
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base =
                cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return base.resolve("weft").resolve(service);
    }

    private final class ClientLog implements dev.weft.client.report.Log {
        @Override
        public void info(String message) {
            log.say(LogLevel.INFO, message);
        }

        @Override
        public void warn(String message) {
            log.failure(message, LogLevel.WARN, message);
        }
    }
}
