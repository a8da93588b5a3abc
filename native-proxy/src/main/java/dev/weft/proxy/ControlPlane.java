package dev.weft.proxy;

import dev.weft.client.ControlClient;
import dev.weft.client.Settings;
import dev.weft.client.bootstrap.Profile;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.bootstrap.Target;
import dev.weft.client.identity.Identity;
import dev.weft.client.identity.NodeGiven;
import dev.weft.client.resource.CertificateSource;
import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.ledger.ClusterStats;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.protocol.local.ControlPlaneFile;
import dev.weft.protocol.local.RuntimeDirectory;
import dev.weft.proxy.config.ProxyConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The proxy's place in the mesh: its rules, and what it offers, by the same client as the agent's. */
final class ControlPlane {
    private static final Target DEFAULT = Target.parse("127.0.0.1:15010");

    private final ProxyConfig config;
    private final ControlClient client;

    /**
     * @param certificates for TLS that rules ask for
     * @param published gets each snapshot once it counts; on one thread
     */
    ControlPlane(
            ProxyConfig config,
            Engine engine,
            Clock clock,
            RandomSource random,
            Logger log,
            CertificateSource certificates,
            Consumer<Snapshot> published) {
        this.config = config;
        Servers servers = config.control().isEmpty()
                ? ControlPlane::local
                : Servers.of(config.control().toArray(new Server[0]));
        Identity identity = new Identity(
                config.service(),
                config.namespace(),
                labels(),
                config.region(),
                config.zone(),
                // istiod tells by this that it is to answer by name.
                config.profile() == Profile.ISTIO ? NodeGiven.NOTHING.with("GENERATOR", "grpc") : NodeGiven.NOTHING,
                config.address(),
                ProcessHandle.current().pid(),
                Proxy.VERSION);
        this.client = new ControlClient(
                new Settings(servers, config.profile(), state()),
                identity,
                certificates,
                clock,
                random,
                log,
                new Called(engine)::take,
                snapshot -> {
                    engine.publish(snapshot);
                    published.accept(snapshot);
                    if (log.shows(Logger.Level.DEBUG)) {
                        log.debug("snapshot " + snapshot.version() + " is in force: "
                                + snapshot.directory().names().size() + " names, "
                                + snapshot.hosts().size() + " virtual hosts, "
                                + snapshot.clusters().size() + " clusters");
                    }
                },
                () -> engine.live().clusters().values());
        client.followPause(engine::pause);
    }

    /** Looked up anew for each connection: it may have come back on another port. */
    private static List<Server> local() throws IOException {
        ControlPlaneFile file = RuntimeDirectory.ofUser().lastControlPlane();
        return List.of(Server.plaintext(file == null ? DEFAULT : Target.parse(file.xds())));
    }

    private Path state() {
        if (config.state() != null) {
            return config.state();
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base =
                cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return base.resolve("weft").resolve(config.service());
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>(config.labels());
        if (!config.version().isEmpty()) {
            labels.put("version", config.version());
        }
        return labels;
    }

    ControlClient client() {
        return client;
    }

    /** @param port where others reach the application */
    void offer(int port) {
        client.register(config.service(), port, config.opaque().application().word(), labels());
    }

    void withdraw(int port) {
        client.deregister(config.service(), port);
    }

    /** Which clusters are called, told by whether their numbers have changed. */
    private static final class Called {
        private final Engine engine;
        private Map<String, Long> before = Map.of();

        Called(Engine engine) {
            this.engine = engine;
        }

        Set<String> take() {
            Set<String> called = new HashSet<>();
            Map<String, Long> now = new HashMap<>();
            for (ClusterStats stats : engine.ledger().clusters()) {
                ClusterStats.Sums sums = stats.sums();
                long count = sums.successes()
                        + sums.failures()
                        + stats.noEndpoint()
                        + stats.timeouts()
                        + stats.retriesOverBudget();
                now.put(stats.name(), count);
                Long last = before.get(stats.name());
                if (stats.inFlight() > 0 || count != (last == null ? 0 : last)) {
                    called.add(stats.name());
                }
            }
            before = now;
            return called;
        }
    }
}
