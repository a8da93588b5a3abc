package dev.weft.control.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.control.identity.Shown;
import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.Health;
import dev.weft.control.registry.Lease;
import dev.weft.control.registry.NodeIdentity;
import dev.weft.control.registry.Registry;
import dev.weft.control.rule.HostNames;
import dev.weft.control.rule.RuleDirectory;
import dev.weft.control.rule.RuleParser;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.source.DeclaredServices;
import dev.weft.control.source.DnsNames;
import dev.weft.control.source.Resolver;
import dev.weft.control.store.Resource;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Types;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rules and registrations make of each other, in whichever order they come. */
class TranslatorTest {
    private static final String ORDER = "order.shop.svc.cluster.local";

    @TempDir
    Path temp;

    private final CapturedLog log = new CapturedLog();
    private final ManualQueue queue = new ManualQueue();
    private final ResourceStore store = new ResourceStore(Types.SHARED);
    private final Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
    private final Names names = new Names("cluster.local");
    private final Translator translator =
            new Translator(registry, store, new Directory(store, queue, names), names, log.log());
    private final DeclaredServices declared = new DeclaredServices(
            registry,
            new DnsNames((name, told) -> told.accept(new Resolver.Resolution(List.of(), "none")), queue, log.log()));

    TranslatorTest() {
        registry.listen(translator);
        registry.listen(declared);
    }

    private RuleSet apply(String text) throws IOException {
        Path root = Files.createTempDirectory(temp, "rules");
        Files.writeString(root.resolve("rules.yaml"), text);
        RuleDirectory directory = new RuleDirectory(root, new RuleParser(new HostNames("cluster.local")), log.log());
        directory.scan(Set.of());
        RuleSet rules = directory.rules();
        assertEquals(
                List.of(),
                rules.entries().stream().filter(RuleSet.Entry::isRefused).toList());
        declared.apply(rules);
        translator.apply(rules);
        return rules;
    }

    private static String entry(String name, String namespace, String spec) {
        return """
                ---
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: %s, namespace: %s}
                spec: {resolution: STATIC, %s}
                """.formatted(name, namespace, spec);
    }

    private Lease agent(String address, int port, String protocol) {
        Lease lease = registry.lease(
                new NodeIdentity(address + "/" + port, "order", "shop", address, Map.of(), "", "", "weft"));
        lease.subscribe("order:" + port + "/" + protocol, name -> {});
        lease.health(Health.READY);
        return lease;
    }

    private Resource find(String type, String scope, String name) {
        return Objects.requireNonNull(store.of(type, scope)).get(name);
    }

    private List<String> endpoints(String scope, String cluster) throws InvalidProtocolBufferException {
        return Objects.requireNonNull(find(Types.ENDPOINTS, scope, cluster))
                .body()
                .unpack(ClusterLoadAssignment.class)
                .getEndpointsList()
                .stream()
                .flatMap(zone -> zone.getLbEndpointsList().stream())
                .map(endpoint -> endpoint.getEndpoint().getAddress().getSocketAddress())
                .map(address -> address.getAddress() + ":" + address.getPortValue())
                .toList();
    }

    @Test
    void whatAgentsRegisterTakesTheDeclaredPortsThatLeadToWhereItListens() throws IOException {
        agent("10.0.0.1", 8080, "http");
        agent("10.0.0.1", 9090, "grpc");
        agent("10.0.0.2", 8080, "http");
        apply(entry(
                "order",
                "shop",
                "hosts: [order], ports: [{number: 80, name: http, targetPort: 8080},"
                        + " {number: 90, name: grpc, targetPort: 9090}], endpoints: [{address: 10.0.0.2}]"));
        assertEquals(List.of("10.0.0.1:8080", "10.0.0.2:8080"), endpoints("", "outbound|80||" + ORDER));
        assertEquals(List.of("10.0.0.1:9090", "10.0.0.2:9090"), endpoints("", "outbound|90||" + ORDER));
    }

    private static String timeout(String host, String time) {
        return """
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: d%s, namespace: shop}
                spec: {host: "%s", trafficPolicy: {connectionPool: {tcp: {connectTimeout: %s}}}}
                """.formatted(Integer.toHexString(host.hashCode()), host, time);
    }

    private long timeout() throws InvalidProtocolBufferException {
        return Objects.requireNonNull(find(Types.CLUSTER, "", "outbound|0||" + ORDER))
                .body()
                .unpack(Cluster.class)
                .getConnectTimeout()
                .getSeconds();
    }

    @Test
    void whatIsSaidOfAllHostsCountsForThoseThatNoRuleNamesAsLongAsItIsSaid() throws IOException {
        long usual = 0; // the clients' own
        agent("10.0.0.1", 8080, "http");
        assertEquals(usual, timeout());
        apply(timeout("*", "1s"));
        assertEquals(1, timeout());
        apply(timeout("*", "1s") + timeout("*.shop.svc.cluster.local", "2s") + timeout("*.svc.cluster.local", "3s"));
        assertEquals(2, timeout(), "the one that says most of the name");
        apply(timeout("*.shop.svc.cluster.local", "2s") + timeout("order", "4s"));
        assertEquals(4, timeout());
        apply(timeout("*.lab.svc.cluster.local", "2s"));
        assertEquals(usual, timeout());
    }

    @Test
    void aServiceThatComesLaterIsTreatedAsAllOthers() throws IOException {
        apply(timeout("*", "1s"));
        agent("10.0.0.1", 8080, "http");
        assertEquals(1, timeout());
    }

    @Test
    void whatListensWhereNoDeclaredPortLeadsTakesAllOfThem() throws IOException {
        agent("10.0.0.1", 7000, "http");
        apply(entry("order", "shop", "hosts: [order], ports: [{number: 80, name: http}, {number: 81, name: http-b}]"));
        assertEquals(List.of("10.0.0.1:7000"), endpoints("", "outbound|80||" + ORDER));
        assertEquals(List.of("10.0.0.1:7000"), endpoints("", "outbound|81||" + ORDER));
    }

    @Test
    void aServiceThatAgentsRegisterAfterARuleForOthersHasDeclaredItIsThereForAllUntilTheyGo() throws IOException {
        apply(
                entry(
                        "order",
                        "shop",
                        "hosts: [order], ports: [{number: 80, name: http}], endpoints: [{address: 10.0.0.9}], exportTo: [lab]"));
        assertNull(find(Types.LISTENER, "", ORDER));
        Lease lease = agent("10.0.0.1", 8080, "http");
        assertNotNull(find(Types.LISTENER, "", ORDER));
        assertEquals(List.of("10.0.0.1:8080"), endpoints("", "outbound|0||" + ORDER));
        lease.health(new Health(Health.Kind.DRAINING, ""));
        lease.close();
        assertNull(find(Types.LISTENER, "", ORDER));
        assertNotNull(find(Types.LISTENER, "lab", ORDER + ":80"));
    }

    @Test
    void whereTwoNamespacesDeclareAHostForThemselvesNoneIsLedToTheOthersEndpoints() throws IOException {
        String own = "hosts: [db.example.com], ports: [{number: 8080, name: http}], exportTo: ['.'], endpoints: ";
        String route = """
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: store, namespace: b}
                spec: {hosts: [store], http: [{route: [{destination: {host: db.example.com}}]}]}
                """;
        apply(entry("db", "a", own + "[{address: 10.1.0.1}]")
                + entry("db", "b", own + "[{address: 10.2.0.1}]")
                + route);
        assertEquals(List.of("10.1.0.1:8080"), endpoints("a", "outbound|8080||db.example.com"));
        assertNotNull(find(Types.LISTENER, "a", "db.example.com:8080"));
        assertNull(find(Types.LISTENER, "b", "db.example.com:8080"));
        assertNull(find(Types.ENDPOINTS, "b", "outbound|8080||db.example.com"));
        assertEquals(List.of(), endpoints("b", "outbound|0||db.example.com"));
    }

    @Test
    void nothingIsWrittenOfServicesThatNobodyFollows() throws InvalidProtocolBufferException {
        agent("10.0.0.1", 8080, "http");
        agent("10.0.0.2", 8080, "http");
        assertEquals(1, store.size(Types.ENDPOINTS));
        for (String type : List.of(Types.CLUSTER, Types.ENDPOINTS, Types.LISTENER, Types.ROUTES)) {
            assertEquals(0, store.bytes(type), type);
        }
        String cluster = "outbound|0||" + ORDER;
        assertEquals(List.of("10.0.0.1:8080", "10.0.0.2:8080"), endpoints("", cluster));
        agent("10.0.0.3", 8080, "http");
        assertEquals(List.of("10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080"), endpoints("", cluster));
        assertEquals(0, store.bytes(Types.ROUTES), "nobody has asked for these");
    }

    private Lease shows(String address, String... ids) {
        Lease lease = registry.lease(
                new NodeIdentity(address, "order", "shop", address, Map.of(), "", "", "weft"),
                new Shown(true, List.of(), List.of(), List.of(ids)));
        lease.subscribe("order:8080/http", name -> {});
        lease.health(Health.READY);
        return lease;
    }

    /** Whom callers of the service expect. */
    private List<String> expected() throws InvalidProtocolBufferException {
        Cluster cluster = Objects.requireNonNull(find(Types.CLUSTER, "", "outbound|0||" + ORDER))
                .body()
                .unpack(Cluster.class);
        if (!cluster.hasTransportSocket()) {
            return List.of("anybody, in the clear");
        }
        return cluster
                .getTransportSocket()
                .getTypedConfig()
                .unpack(UpstreamTlsContext.class)
                .getCommonTlsContext()
                .getValidationContext()
                .getMatchTypedSubjectAltNamesList()
                .stream()
                .map(name -> name.getSanType() + " " + name.getMatcher().getExact())
                .toList();
    }

    @Test
    void whereARuleAsksForTlsCallersExpectWhomTheInstancesHaveShownThemselvesToBe() throws IOException {
        String mutual = """
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: order, namespace: shop}
                spec: {host: order, trafficPolicy: {tls: {mode: ISTIO_MUTUAL%s}}}
                """;
        apply(mutual.formatted(""));
        Lease first = shows("10.0.0.1", "spiffe://mesh/ns/shop/sa/order");
        assertEquals(List.of("URI spiffe://mesh/ns/shop/sa/order"), expected());
        Lease second = shows("10.0.0.2", "spiffe://mesh/ns/shop/sa/batch");
        shows("10.0.0.3", "spiffe://mesh/ns/shop/sa/order");
        agent("10.0.0.4", 8080, "http");
        assertEquals(
                List.of("URI spiffe://mesh/ns/shop/sa/batch", "URI spiffe://mesh/ns/shop/sa/order"),
                expected(),
                "who has shown nothing adds nobody");
        first.health(new Health(Health.Kind.DRAINING, ""));
        first.close();
        second.health(new Health(Health.Kind.DRAINING, ""));
        second.close();
        assertEquals(List.of("URI spiffe://mesh/ns/shop/sa/order"), expected());
        apply(mutual.formatted(", subjectAltNames: [order.example]"));
        assertEquals(List.of("DNS order.example"), expected(), "a rule that names somebody wins");
        apply("");
        assertEquals(List.of("anybody, in the clear"), expected());
    }
}
