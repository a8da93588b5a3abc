package dev.weft.control.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.Health;
import dev.weft.control.registry.Lease;
import dev.weft.control.registry.NodeIdentity;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.Topology;
import dev.weft.control.rule.HostNames;
import dev.weft.control.rule.RuleDirectory;
import dev.weft.control.rule.RuleParser;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.source.DeclaredServices;
import dev.weft.control.source.DnsNames;
import dev.weft.control.source.Resolver;
import dev.weft.control.store.Resource;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Source;
import dev.weft.control.store.Types;
import dev.weft.protocol.v1.ServiceNames;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency;
import io.envoyproxy.envoy.extensions.filters.http.admission_control.v3.AdmissionControl;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState;
import io.envoyproxy.envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState;
import io.envoyproxy.envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Istio YAML in, xDS out. Beside each {@code NAME.yaml} stands {@code NAME.json}: the resources that
 * the rules bring or change, null for those that they take away, compared with {@code baseline.json},
 * which is the world without rules. Run with {@code -Dgolden.write=true} to write them anew, and read
 * the difference before it is committed.
 */
class GoldenTest {
    private static final Path CASES = Path.of("src/test/resources/golden");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();
    private static final JsonFormat.Printer PRINTER = JsonFormat.printer()
            .usingTypeRegistry(TypeRegistry.newBuilder()
                    .add(List.of(
                            AdaptiveConcurrency.getDescriptor(),
                            AdmissionControl.getDescriptor(),
                            ClientSideWeightedRoundRobin.getDescriptor(),
                            CookieBasedSessionState.getDescriptor(),
                            HeaderBasedSessionState.getDescriptor(),
                            HttpConnectionManager.getDescriptor(),
                            HTTPFault.getDescriptor(),
                            LeastRequest.getDescriptor(),
                            Maglev.getDescriptor(),
                            RateLimit.getDescriptor(),
                            RoundRobin.getDescriptor(),
                            StatefulSession.getDescriptor(),
                            StatefulSessionPerRoute.getDescriptor(),
                            LocalRateLimit.getDescriptor(),
                            Router.getDescriptor(),
                            PreviousHostsPredicate.getDescriptor(),
                            TcpProxy.getDescriptor(),
                            TlsInspector.getDescriptor(),
                            UpstreamTlsContext.getDescriptor()))
                    .add(LateTypes.all())
                    .build());
    private static final Map<String, Class<? extends Message>> CLASSES = Map.of(
            Types.LISTENER, Listener.class,
            Types.ROUTES, RouteConfiguration.class,
            Types.CLUSTER, Cluster.class,
            Types.ENDPOINTS, ClusterLoadAssignment.class,
            Types.SERVICE_NAMES, ServiceNames.class);

    /** Namespaces whose view of the world is compared beside that of all others. */
    private static final List<String> SCOPES = List.of("lab", "narrow", "shop");

    /** Labels of callers whose view is compared as well. */
    private static final List<Map<String, String>> LABELS = List.of(
            Map.of("app", "front"),
            new TreeMap<>(Map.of("app", "front", "version", "v2")),
            Topology.with(Map.of(), "eu", "eu-2"),
            Topology.with(Map.of(), "us", "us-1"));

    private final CapturedLog log = new CapturedLog();
    private final ResourceStore store = new ResourceStore(Types.SHARED);
    private final Translator translator;
    private final DeclaredServices declared;
    private final ManualQueue queue = new ManualQueue();

    @TempDir
    Path rules;

    GoldenTest() {
        Names names = new Names("cluster.local");
        Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
        Directory directory = new Directory(store, queue, names);
        translator = new Translator(registry, store, directory, names, log.log());
        declared = new DeclaredServices(registry, new DnsNames(GoldenTest::resolve, queue, log.log()));
        registry.listen(translator);
        registry.listen(declared);
        directory.wanted(Types.SERVICE_NAMES, "default");
        SCOPES.forEach(scope -> directory.wanted(Types.SERVICE_NAMES, scope));
        instance(registry, "order", "10.0.0.1", "eu-1", "v1", Health.READY);
        instance(registry, "order", "10.0.0.2", "eu-2", "v1", new Health(Health.Kind.DRAINING, ""));
        instance(registry, "order", "10.0.0.3", "eu-1", "v2", Health.READY);
        instance(registry, "order", "10.0.0.4", "eu-1", "v2", new Health(Health.Kind.NOT_READY, ""));
        instance(registry, "audit", "10.0.0.9", "eu-1", "", Health.READY);
    }

    private static void instance(
            Registry registry, String service, String address, String zone, String version, Health health) {
        Lease lease =
                registry.lease(new NodeIdentity(address, service, "default", address, Map.of(), "eu", zone, "weft"));
        lease.subscribe(service + ":8080/http" + (version.isEmpty() ? "" : "?version=" + version), name -> {});
        lease.health(health);
    }

    static Stream<String> cases() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.substring(0, name.length() - ".yaml".length()))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @Test
    void theWorldWithoutRulesIsAsInTheBaseline() throws IOException {
        compare("baseline", print(resources()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theseRulesBringTheseResources(String name) throws IOException {
        Map<String, Resource> before = resources();
        RuleSet set = apply(name);
        assertEquals(
                List.of(),
                set.entries().stream().filter(RuleSet.Entry::isRefused).toList());
        Map<String, Resource> after = resources();

        Map<String, Resource> changed = new TreeMap<>();
        after.forEach((key, resource) -> {
            Resource old = before.get(key);
            if (old == null || !old.version().equals(resource.version())) {
                changed.put(key, resource);
            }
        });
        ObjectNode printed = print(changed);
        Set<String> gone = new TreeSet<>(before.keySet());
        gone.removeAll(after.keySet());
        gone.forEach(printed::putNull);
        compare(name, printed);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void withoutTheRulesAllIsAsBefore(String name) throws IOException {
        Map<String, Resource> before = resources();
        apply(name);
        inForce(RuleSet.EMPTY);
        assertEquals(before, resources());
    }

    /** DNS as it is here: a name that begins with "two" has two addresses. */
    private static void resolve(String name, Consumer<Resolver.Resolution> told) {
        told.accept(new Resolver.Resolution(
                name.startsWith("two") ? List.of("192.0.2.1", "192.0.2.2") : List.of("192.0.2.9"), ""));
    }

    private void inForce(RuleSet set) {
        declared.apply(set);
        translator.apply(set);
    }

    private RuleSet apply(String name) throws IOException {
        Files.copy(CASES.resolve(name + ".yaml"), rules.resolve(name + ".yaml"));
        RuleDirectory directory = new RuleDirectory(rules, new RuleParser(new HostNames("cluster.local")), log.log());
        directory.scan(Set.of());
        inForce(directory.rules());
        return directory.rules();
    }

    private Map<String, Resource> resources() {
        Map<String, Resource> all = new TreeMap<>();
        for (String type : Types.SHARED) {
            Source source = Objects.requireNonNull(store.of(type));
            String kind = type.substring(type.lastIndexOf('.') + 1) + " ";
            source.names().forEach(name -> all.put(kind + name, Objects.requireNonNull(source.get(name))));
            for (String scope : SCOPES) {
                Source own = Objects.requireNonNull(store.of(type, scope));
                different(own, List.of(source), kind, " from " + scope, all);
            }
            for (Map<String, String> labels : LABELS) {
                Source with = Objects.requireNonNull(store.of(type, "", labels));
                different(with, List.of(source), kind, " with " + labels, all);
                for (String scope : SCOPES) {
                    Source own = Objects.requireNonNull(store.of(type, scope));
                    Source both = Objects.requireNonNull(store.of(type, scope, labels));
                    different(both, List.of(own, with), kind, " from " + scope + " with " + labels, all);
                }
            }
        }
        return all;
    }

    /** What is seen there and in none of the usual ways. */
    private static void different(
            Source seen, List<Source> usual, String kind, String whose, Map<String, Resource> into) {
        for (String name : seen.names()) {
            Resource here = Objects.requireNonNull(seen.get(name));
            boolean isUsual = usual.stream()
                    .map(other -> other.get(name))
                    .anyMatch(other -> other != null && other.version().equals(here.version()));
            if (!isUsual) {
                into.put(kind + name + whose, here);
            }
        }
    }

    private static ObjectNode print(Map<String, Resource> resources) {
        ObjectNode printed = JSON.createObjectNode();
        resources.forEach((key, resource) -> {
            try {
                Message message = resource.body().unpack(CLASSES.get(resource.type()));
                printed.set(key, JSON.readTree(PRINTER.print(message)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return printed;
    }

    private static void compare(String name, ObjectNode printed) throws IOException {
        Path expected = CASES.resolve(name + ".json");
        String text = JSON.writeValueAsString(printed) + "\n";
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(expected, text);
        }
        assertEquals(Files.readString(expected), text);
    }
}
