package dev.weft.control;

import dev.weft.control.api.Access;
import dev.weft.control.api.RestApi;
import dev.weft.control.api.Token;
import dev.weft.control.health.Checks;
import dev.weft.control.health.NetProber;
import dev.weft.control.http.HttpLimits;
import dev.weft.control.identity.ServerTls;
import dev.weft.control.keep.Documents;
import dev.weft.control.log.Log;
import dev.weft.control.pause.Pauses;
import dev.weft.control.queue.ThreadQueue;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.HealthCheck;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.RegistryStore;
import dev.weft.control.rule.HostNames;
import dev.weft.control.rule.RuleParser;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.rule.RuleStore;
import dev.weft.control.rule.RuleWatcher;
import dev.weft.control.serve.AdsService;
import dev.weft.control.serve.Limits;
import dev.weft.control.serve.LoadService;
import dev.weft.control.serve.Loads;
import dev.weft.control.serve.XdsServer;
import dev.weft.control.source.DeclaredServices;
import dev.weft.control.source.DnsNames;
import dev.weft.control.source.JdkResolver;
import dev.weft.control.source.Joined;
import dev.weft.control.source.MissingServices;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Types;
import dev.weft.control.translate.Directory;
import dev.weft.control.translate.Names;
import dev.weft.control.translate.RuntimeLayers;
import dev.weft.control.translate.Translator;
import dev.weft.protocol.local.ControlPlaneFile;
import dev.weft.protocol.local.RuntimeDirectory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A running control plane: reads rules, keeps the registry, serves xDS and the REST API. */
public final class ControlPlane implements AutoCloseable {
    /** For clients that report without having been told to by their clusters. */
    private static final Duration LOAD_REPORTS = Duration.ofSeconds(10);

    private final Options options;
    private final Log log;
    private final Deque<Runnable> toClose = new ArrayDeque<>();
    private final ThreadQueue queue;
    private final ThreadQueue disk;
    private final XdsServer xds;
    private final RestApi rest;
    private final String token;
    private RuleSet rules = RuleSet.EMPTY;
    private boolean isClosed;

    /**
     * Starts a control plane and returns when it serves.
     *
     * @throws IOException when it can't, with a message for people
     */
    public static ControlPlane start(Options options) throws IOException {
        Instant started = Instant.now();
        Log log = new Log(options.out(), Clock.systemUTC(), false, options.isLogJson());
        if (!Files.isDirectory(options.config())) {
            throw new IOException("no directory of rules: " + options.config());
        }
        ControlPlane controlPlane = new ControlPlane(options, log);
        log.info("control plane " + Version.current() + " ready after "
                + Duration.between(started, Instant.now()).toMillis() + " ms: xds " + hostPort(controlPlane.xds())
                + ", rest " + (options.tls() == null ? "http://" : "https://") + hostPort(controlPlane.rest())
                + ", rules in " + options.config()
                + (options.store() == null
                        ? ""
                        : ", state in " + options.store().address()));
        if (options.tls() == null && !controlPlane.rest().getAddress().isLoopbackAddress()) {
            log.warn("rest: reached from other machines, and not encrypted: whoever reads the network reads the token");
        }
        return controlPlane;
    }

    private ControlPlane(Options options, Log log) throws IOException {
        this.options = options;
        this.log = log;
        disk = opened(new ThreadQueue("weft-disk", log));
        queue = opened(new ThreadQueue("weft-control", log));
        queue.holdLog();
        queue.execute(Translator::warmUp);
        try {
            ServerTls tls = options.tls() == null ? null : opened(new ServerTls(options.tls(), disk, log));
            Names names = new Names(options.domain());
            ResourceStore store = new ResourceStore(Types.SHARED);
            Registry registry = new Registry(queue, log, options.domain(), Graces.DEFAULT, options.admission());
            NetProber prober = opened(new NetProber());
            Checks checks = new Checks(registry, prober, queue, new Random()::nextDouble);
            StateStore state = opened(
                    options.store() == null
                            ? new DirectoryStore(options.state(), registry, queue, disk, log)
                            : new ReplicaStore(
                                    options.store(),
                                    registry,
                                    (key, told) -> prober.probe(key, HealthCheck.CONNECTION, told),
                                    queue,
                                    log));
            RegistryStore kept = state.registry();
            Directory directory = new Directory(store, queue, names);
            RuntimeLayers layers = new RuntimeLayers(store);
            DnsNames dns = new DnsNames(opened(new JdkResolver()), queue, log);
            DeclaredServices declared = new DeclaredServices(registry, dns);
            Joined joined = new Joined(log);
            MissingServices missing = new MissingServices(registry, queue, Graces.DEFAULT.restored(), log);
            AdsService ads = new AdsService(
                    queue,
                    log,
                    store,
                    registry,
                    (type, name) -> {
                        directory.wanted(type, name);
                        layers.wanted(type, name);
                    },
                    Limits.DEFAULT,
                    "weft/" + Version.current());
            Translator translator =
                    new Translator(registry, store, directory, names, log, ads::later, options.loadReports() != null);
            RuleStore files = new RuleStore(
                    options.config(), state.documents(), new RuleParser(new HostNames(options.domain())), log);
            token = Token.in(options.state(), log);
            queue.execute(() -> {
                registry.listen(translator);
                registry.listen(checks);
                registry.listen(declared);
                registry.listen(joined);
                registry.listen(missing);
                if (kept != null) {
                    kept.begin();
                }
            });
            state.start();
            Pauses pauses = new Pauses(state.pauses(), disk, Clock.systemUTC(), log);
            pauses.listen(now -> queue.execute(() -> layers.apply(now)));
            pauses.load();
            RuleSet first = files.load();
            queue.execute(() -> apply(first, declared, joined, translator, missing));
            Loads loads = new Loads(store);
            LoadService load = new LoadService(
                    queue,
                    log,
                    store,
                    loads,
                    Limits.DEFAULT,
                    options.loadReports() == null ? LOAD_REPORTS : options.loadReports());
            rest = opened(bind(
                    "REST",
                    options.rest(),
                    at -> new RestApi(
                            at,
                            new RestApi.Subjects(
                                    registry,
                                    ads,
                                    loads,
                                    files,
                                    pauses,
                                    layers::isPaused,
                                    store,
                                    () -> rules,
                                    missing::of,
                                    names::aliases,
                                    kept == null ? Runnable::run : kept::whenKept,
                                    state::away),
                            access(tls),
                            HttpLimits.DEFAULT,
                            queue,
                            disk,
                            tls == null ? null : tls.rest(),
                            log)));
            xds = opened(bind(
                    "xDS",
                    options.xds(),
                    at -> new XdsServer(at, ads, load, Limits.DEFAULT, tls == null ? null : tls.xds())));
            files.listen(changed -> queue.execute(() -> {
                apply(changed, declared, joined, translator, missing);
                rest.rulesChanged();
            }));
            Documents documents = state.documents();
            if (documents != null) {
                documents.listen(() -> disk.execute(files::catchUp));
                disk.execute(files::catchUp); // what has come since the first look
            }
            opened(new RuleWatcher(options.config(), files::scan, log));
            announce();
            // Whoever is told that we are ready finds what ready means: also where agents look for us.
            rest.start();
            // First of all, before the streams are cut: an orderly end deregisters nobody.
            toClose.push(() -> queue.execute(() -> {
                ads.stop();
                if (kept != null) {
                    kept.save();
                }
            }));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void apply(
            RuleSet changed, DeclaredServices declared, Joined joined, Translator translator, MissingServices missing) {
        boolean isNew = !changed.version().equals(rules.version());
        rules = changed;
        declared.apply(changed); // first: a route may lead to what is declared
        joined.apply(changed);
        translator.apply(changed);
        missing.apply(changed);
        if (isNew) {
            log.info("rules: version " + changed.version() + " in force, "
                    + changed.rules().size() + " rules");
        }
    }

    private Access access(@Nullable ServerTls tls) {
        List<String> named = options.restHosts();
        return new Access(
                token,
                () -> tls == null
                        ? named
                        : Stream.concat(named.stream(), tls.names().stream()).toList(),
                !options.rest().getAddress().isLoopbackAddress(),
                Access::isLoopback);
    }

    private interface Opening<T> {
        T at(InetSocketAddress address) throws IOException;
    }

    private static <T> T bind(String what, InetSocketAddress address, Opening<T> opening) throws IOException {
        try {
            return opening.at(address);
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(what + " can't listen on " + hostPort(address) + ": " + cause.getMessage(), e);
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        toClose.push(() -> {
            try {
                part.close();
            } catch (Exception e) {
                log.error("a part did not close", e);
            }
        });
        return part;
    }

    /** The default of this user's agents is the first control plane that runs here. */
    private void announce() {
        RuntimeDirectory runtime = options.runtime();
        if (runtime == null) {
            return;
        }
        try {
            announce(runtime);
        } catch (IOException e) {
            log.warn("agents of this user won't find this control plane by themselves: " + e.getMessage());
        }
    }

    private void announce(RuntimeDirectory runtime) throws IOException {
        long pid = ProcessHandle.current().pid();
        @Nullable ControlPlaneFile other = runtime.controlPlane();
        if (other != null && other.pid() != pid) {
            log.warn("control plane of process " + other.pid() + " at " + other.xds()
                    + " stays the default of this user's agents; name this one to them");
            return;
        }
        runtime.write(new ControlPlaneFile(
                pid,
                hostPort(xds.address()),
                (options.tls() == null ? "" : "https://") + hostPort(rest.address()),
                token));
        toClose.push(() -> {
            try {
                runtime.deleteControlPlane(pid);
            } catch (IOException e) {
                log.warn("the word of this control plane stays in " + runtime.path() + ": " + e.getMessage());
            }
        });
    }

    /** Where agents connect. */
    public InetSocketAddress xds() {
        return xds.address();
    }

    /** Where the REST API listens. */
    public InetSocketAddress rest() {
        return rest.address();
    }

    static String hostPort(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Ends it in the reverse order of its start. Nobody is deregistered. */
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        log.info("control plane ends; registered workloads stay registered");
        toClose.forEach(Runnable::run);
    }
}
