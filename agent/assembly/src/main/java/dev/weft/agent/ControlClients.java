package dev.weft.agent;

import dev.weft.agent.config.Config;
import dev.weft.agent.config.Key;
import dev.weft.agent.config.Setting;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import dev.weft.agent.log.jul.Logger;
import dev.weft.client.ControlClient;
import dev.weft.client.Settings;
import dev.weft.client.identity.Identity;
import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.drive.Clock;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Makes the control client that the configuration describes. */
final class ControlClients {
    private final Config config;
    private final Clock clock;
    private final RandomSource random;
    private final Pausing pausing;
    private final Log log;

    ControlClients(Config config, Clock clock, RandomSource random, Pausing pausing, Log log) {
        this.pausing = pausing;
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.log = log;
    }

    ControlClient make(String service, Engine engine) {
        Logger.sendTo(log);
        ControlPlanes planes = ControlPlanes.of(config.control(), log);
        String token = config.rateLimitToken();
        Settings settings = new Settings(
                planes.servers(),
                planes.profile(),
                StateDirectory.of(config).of(service),
                config.localCluster(),
                token.isEmpty() ? null : Path.of(token),
                planes.authorities());
        Identity identity = new Identity(
                service,
                namespace(planes),
                labels(),
                config.region(),
                config.zone(),
                planes.node(),
                config.address().isEmpty() ? null : config.address(),
                ProcessHandle.current().pid(),
                Version.OF_AGENT);
        ControlClient made = new ControlClient(
                settings,
                identity,
                planes.certificates(),
                clock,
                random,
                new ClientLog(),
                new CalledClusters(engine.ledger()),
                engine::publish,
                () -> engine.live().clusters().values());
        made.followPause(pausing::there);
        return made;
    }

    /** What is configured, else what a bootstrap says of the node. */
    private String namespace(ControlPlanes planes) {
        for (Setting setting : config.settings()) {
            if (setting.key().equals(Key.NAMESPACE.key()) && setting.source().equals(Setting.DEFAULT)) {
                return planes.namespace().isEmpty() ? config.namespace() : planes.namespace();
            }
        }
        return config.namespace();
    }

    Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>(config.labels());
        if (!config.version().isEmpty()) {
            labels.put("version", config.version());
        }
        return labels;
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
