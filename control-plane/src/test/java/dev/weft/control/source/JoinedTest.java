package dev.weft.control.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.weft.control.identity.Admission;
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
import io.envoyproxy.envoy.config.core.v3.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that say what they are to be registered as, in Istio's words and in ours. */
class JoinedTest {
    private static final String GROUP = """
            apiVersion: networking.istio.io/v1
            kind: WorkloadGroup
            metadata: {name: cart}
            spec:
              metadata: {labels: {tier: shop}}
              template:
                ports: {http: 8080, grpc-admin: 9000}
                labels: {app: cart, version: v1}
                weight: 7
                locality: eu/eu-2
                serviceAccount: cart
            """;
    private static final String SERVICE = """
            ---
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: basket}
            spec:
              hosts: [basket]
              resolution: STATIC
              ports: [{number: 80, name: http, protocol: HTTP, targetPort: 5000}]
              workloadSelector: {labels: {app: cart}}
            """;
    private static final String OF_GROUP = "\"AUTO_REGISTER_GROUP\": \"cart\"";

    @TempDir
    Path temp;

    private final ManualQueue queue = new ManualQueue();
    private final CapturedLog log = new CapturedLog();
    private final Registry registry =
            new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT, Admission.NAMESPACE);
    private final DeclaredServices declared =
            new DeclaredServices(registry, new DnsNames((name, told) -> {}, queue, log.log()));
    private final Joined joined = new Joined(log.log());

    JoinedTest() {
        registry.listen(declared);
        registry.listen(joined);
    }

    private void apply(String text) throws IOException {
        Path root = Files.createTempDirectory(temp, "rules");
        Files.writeString(root.resolve("rules.yaml"), text);
        RuleDirectory directory = new RuleDirectory(root, new RuleParser(new HostNames("cluster.local")), log.log());
        directory.scan(Set.of());
        RuleSet rules = directory.rules();
        assertEquals(
                List.of(),
                rules.entries().stream()
                        .flatMap(entry -> entry.errors().stream())
                        .toList());
        declared.apply(rules);
        joined.apply(rules);
    }

    /** @param metadata JSON members beside namespace and address */
    private Lease connect(String address, String metadata, Shown shown) {
        Node.Builder node = Node.newBuilder();
        try {
            JsonFormat.parser()
                    .merge(
                            "{\"id\": \"n-" + address
                                    + "\", \"metadata\": {\"NAMESPACE\": \"default\", \"INSTANCE_IPS\": \"" + address
                                    + "\", " + metadata + "}}",
                            node);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(metadata, e);
        }
        return registry.lease(NodeIdentity.of(node.build(), address), shown);
    }

    private Lease connect(String address, String metadata) {
        return connect(address, metadata, Shown.NOTHING);
    }

    private List<String> instances(String service) {
        return registry.entries(service + ".default.svc.cluster.local").stream()
                .map(entry -> entry.instance().key() + "/" + entry.instance().protocol() + " "
                        + entry.instance().state())
                .toList();
    }

    @Test
    void aNodeOfAGroupIsRegisteredWithTheGroupsPortsLabelsAndPlace() throws IOException {
        apply(GROUP);
        connect("10.0.0.1", OF_GROUP + ", \"LABELS\": {\"version\": \"v2\"}");
        assertEquals(List.of("10.0.0.1:8080/http UP", "10.0.0.1:9000/grpc UP"), instances("cart"));
        var instance = registry.entries("cart.default.svc.cluster.local").get(0).instance();
        assertEquals("{app=cart, tier=shop, version=v2}", instance.labels().toString());
        assertEquals("eu/eu-2 7", instance.region() + "/" + instance.zone() + " " + instance.weight());
    }

    @Test
    void aServiceEntryFindsItByItsLabelsAndCallsThePortOfThatName() throws IOException {
        apply(GROUP + SERVICE);
        Lease lease = connect("10.0.0.1", OF_GROUP);
        assertEquals(List.of("10.0.0.1:8080/http UP"), instances("basket"));
        lease.health(new Health(Health.Kind.DRAINING, ""));
        assertEquals(List.of("10.0.0.1:8080/http DRAINING"), instances("basket"));
        lease.close();
        assertEquals(List.of(), instances("basket"));
        assertEquals(List.of(), instances("cart"));
    }

    @Test
    void aGroupWithoutPortsHasThoseOfTheEntriesThatSelectIt() throws IOException {
        String bare = GROUP.replace("    ports: {http: 8080, grpc-admin: 9000}\n", "");
        apply(bare);
        connect("10.0.0.1", OF_GROUP);
        assertEquals(List.of(), instances("cart"));
        assertTrue(log.text().contains("neither WorkloadGroup default/cart has ports nor"), log.text());
        apply(bare + SERVICE);
        assertEquals(List.of("10.0.0.1:5000/http UP"), instances("cart"));
        assertEquals(List.of("10.0.0.1:5000/http UP"), instances("basket"));
    }

    @Test
    void aNodeWaitsForAGroupThatComesLaterAndFollowsItsChanges() throws IOException {
        connect("10.0.0.1", OF_GROUP);
        assertTrue(log.text().contains("is not registered until there is a WorkloadGroup default/cart"), log.text());
        apply(GROUP);
        assertEquals(2, instances("cart").size());
        apply(GROUP.replace(", grpc-admin: 9000", "").replace("version: v1", "version: v3"));
        assertEquals(List.of("10.0.0.1:8080/http UP"), instances("cart"));
        var instance = registry.entries("cart.default.svc.cluster.local").get(0).instance();
        assertEquals("v3", instance.version());
        apply("");
        assertEquals(List.of(), instances("cart"));
    }

    @Test
    void whatProbesItselfIsCalledOnceItSaysThatItIsWell() throws IOException {
        apply(GROUP + "  probe: {tcpSocket: {port: 8080}}\n");
        Lease lease = connect("10.0.0.1", OF_GROUP);
        assertEquals(List.of("10.0.0.1:8080/http STARTING", "10.0.0.1:9000/grpc STARTING"), instances("cart"));
        lease.health(Health.READY);
        assertEquals(List.of("10.0.0.1:8080/http UP", "10.0.0.1:9000/grpc UP"), instances("cart"));
        apply(GROUP);
        connect("10.0.0.2", OF_GROUP + ", \"PROXY_CONFIG\": {\"readinessProbe\": {}}");
        assertTrue(instances("cart").contains("10.0.0.2:8080/http STARTING"), instances("cart")::toString);
    }

    /** Anew, both ports of the newer stream. */
    private long timesRegistered() {
        return log.text()
                .lines()
                .filter(line -> line.contains("registered again"))
                .count();
    }

    @Test
    void aNewerStreamOfTheSameWorkloadTakesItsPlaceForGood() throws IOException {
        apply(GROUP);
        Lease old = connect("10.0.0.1", OF_GROUP);
        connect("10.0.0.1", OF_GROUP);
        assertEquals(2, timesRegistered());
        apply(GROUP + "---\n" + SERVICE);
        assertEquals(2, timesRegistered(), "nobody takes it back");
        old.close();
        queue.pass(Duration.ofMinutes(1));
        assertEquals(2, instances("cart").size());
    }

    @Test
    void aCertificateOfAnotherAccountIsNotOfTheGroup() throws IOException {
        apply(GROUP);
        connect("10.0.0.1", OF_GROUP, new Shown(true, List.of(new Shown.Account("default", "mail")), List.of()));
        assertNull(registry.service("cart.default.svc.cluster.local"));
        assertTrue(
                log.text().contains("a certificate of default/mail is not for namespace default and account cart"),
                log.text());
        connect("10.0.0.1", OF_GROUP, new Shown(true, List.of(new Shown.Account("default", "cart")), List.of()));
        assertEquals(2, instances("cart").size());
    }

    private static final String SERVICES = "\"WEFT_SERVICES\": [{\"name\": \"order\", \"port\": 8080,"
            + " \"metadata\": {\"version\": \"a b\"}}, {\"name\": \"mail\", \"port\": 25, \"protocol\": \"smtp\"},"
            + " {\"name\": \"bad name\", \"port\": 1}]";

    @Test
    void aNodeMaySayItsServicesItself() {
        Lease lease = connect("10.0.0.1", SERVICES);
        assertEquals(List.of("10.0.0.1:8080/http STARTING"), instances("order"));
        lease.health(Health.READY);
        assertEquals(List.of("10.0.0.1:8080/http UP"), instances("order"));
        assertEquals(List.of("10.0.0.1:25/smtp UP"), instances("mail"));
        assertEquals(
                "a b",
                registry.entries("order.default.svc.cluster.local")
                        .get(0)
                        .instance()
                        .version());
        assertTrue(log.text().contains("registration 'bad name:1/http' refused: service name 'bad name'"), log.text());
    }

    @Test
    void aGroupThatExistsWinsOverTheServicesOfTheNode() throws IOException {
        connect("10.0.0.1", OF_GROUP + ", " + SERVICES);
        assertEquals(1, instances("order").size());
        apply(GROUP);
        assertEquals(List.of(), instances("order"));
        assertEquals(2, instances("cart").size());
    }
}
