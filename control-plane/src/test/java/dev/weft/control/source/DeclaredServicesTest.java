package dev.weft.control.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.health.Checks;
import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import dev.weft.control.registry.ConflictException;
import dev.weft.control.registry.Entry;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.Health;
import dev.weft.control.registry.Instance;
import dev.weft.control.registry.Lease;
import dev.weft.control.registry.NodeIdentity;
import dev.weft.control.registry.Overlay;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.RegistryFile;
import dev.weft.control.registry.Service;
import dev.weft.control.registry.State;
import dev.weft.control.rule.HostNames;
import dev.weft.control.rule.RuleDirectory;
import dev.weft.control.rule.RuleParser;
import dev.weft.control.rule.RuleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeclaredServicesTest {
    private static final String CART = "cart.default.svc.cluster.local";
    private static final String SERVICE = """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: cart}
            spec:
              hosts: [cart]
              resolution: STATIC
              ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
            """;
    private static final String GROUP = """
            ---
            apiVersion: networking.istio.io/v1
            kind: WorkloadGroup
            metadata: {name: cart}
            spec:
              template: {labels: {app: cart}}
              probe: {httpGet: {path: /health, port: 9000}, periodSeconds: 5, failureThreshold: 2}
            ---
            apiVersion: networking.istio.io/v1
            kind: WorkloadEntry
            metadata: {name: cart-1, annotations: {istio.io/autoRegistrationGroup: cart}}
            spec: {address: 192.0.2.1}
            """;

    @TempDir
    Path temp;

    private final ManualQueue queue = new ManualQueue();
    private final CapturedLog log = new CapturedLog();
    private final List<String> probed = new ArrayList<>();
    private final Map<String, List<String>> known = new HashMap<>();
    private String failure;
    private Registry registry;
    private DeclaredServices declared;

    DeclaredServicesTest() {
        begin();
    }

    private void begin() {
        registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
        declared = new DeclaredServices(registry, new DnsNames(this::resolve, queue, log.log()));
        registry.listen(declared);
        registry.listen(new Checks(
                registry,
                (instance, check, told) -> {
                    probed.add(instance.address() + ":" + check.port() + " " + check.how());
                    told.accept(failure);
                },
                queue,
                () -> 0.5));
    }

    private void resolve(String name, Consumer<Resolver.Resolution> told) {
        told.accept(new Resolver.Resolution(known.getOrDefault(name, List.of()), "DNS knows no such name"));
    }

    private void apply(String text) throws IOException {
        Path root = Files.createTempDirectory(temp, "rules");
        Files.writeString(root.resolve("rules.yaml"), text);
        RuleDirectory directory = new RuleDirectory(root, new RuleParser(new HostNames("cluster.local")), log.log());
        directory.scan(Set.of());
        assertEquals(
                List.of(),
                directory.rules().entries().stream()
                        .flatMap(entry -> entry.errors().stream())
                        .toList());
        declared.apply(directory.rules());
    }

    private List<String> instances() {
        return registry.entries(CART).stream()
                .map(entry -> entry.instance().key() + " " + entry.instance().state())
                .toList();
    }

    private static String endpoints(String... addresses) {
        StringBuilder text = new StringBuilder("  endpoints:\n");
        for (String address : addresses) {
            text.append("    - {address: ").append(address).append("}\n");
        }
        return SERVICE + text;
    }

    private static String selecting() {
        return SERVICE + "  workloadSelector: {labels: {app: cart}}\n";
    }

    private Lease agent(String service, String address) {
        Lease lease = registry.lease(
                new NodeIdentity(address, service, "default", address, Map.of("app", "cart"), "", "", "weft"));
        lease.subscribe(service + ":7000/http", name -> {});
        lease.health(Health.READY);
        return lease;
    }

    @Test
    void whatARuleDeclaresComesChangesAndGoesWithIt() throws IOException {
        apply(endpoints("192.0.2.1", "192.0.2.2"));
        assertEquals(List.of("192.0.2.1:8080 UP", "192.0.2.2:8080 UP"), instances());
        apply(endpoints("192.0.2.2"));
        assertEquals(List.of("192.0.2.2:8080 UP"), instances());
        declared.apply(RuleSet.EMPTY);
        assertNull(registry.service(CART));
    }

    @Test
    void aServiceMovesWithItsRuleToAnotherNamespace() throws IOException {
        String rule = endpoints("192.0.2.1").replace("[cart]", "[pay.example.com]");
        apply(rule);
        apply(rule.replace("{name: cart}", "{name: cart, namespace: lab}"));
        Service service = Objects.requireNonNull(registry.service("pay.example.com"));
        assertEquals("lab", service.namespace());
        assertEquals(1, service.instances().size());
    }

    @Test
    void aDeclaredServiceWithoutAnyInstanceStaysKnown() throws IOException {
        apply(selecting());
        queue.pass(Duration.ofHours(1));
        assertNotNull(registry.service(CART));
    }

    @Test
    void nobodyButTheRuleTakesAwayWhatItDeclares() throws IOException {
        apply(endpoints("192.0.2.1"));
        Instance.Key key = new Instance.Key(CART, "192.0.2.1", 8080);
        assertThrows(ConflictException.class, () -> registry.remove(key));
        assertThrows(ConflictException.class, () -> registry.renew(key, null));
        queue.pass(Duration.ofHours(1));
        assertEquals(1, instances().size());
    }

    @Test
    void anOperatorsWordStaysWhenTheRuleIsReadAgain() throws IOException {
        apply(endpoints("192.0.2.1"));
        registry.overlay(new Instance.Key(CART, "192.0.2.1", 8080), new Overlay(State.DRAINING, null, Map.of()));
        apply(endpoints("192.0.2.1", "192.0.2.2"));
        assertEquals(List.of("192.0.2.1:8080 DRAINING", "192.0.2.2:8080 UP"), instances());
    }

    @Test
    void aWorkloadOfAGroupIsCalledOnceItsProbeSucceedsAndUntilItFails() throws IOException {
        apply(selecting() + GROUP);
        assertEquals(List.of("192.0.2.1:8080 STARTING"), instances());
        queue.pass(Duration.ofSeconds(5));
        assertEquals(List.of("192.0.2.1:8080 UP"), instances());
        assertEquals("192.0.2.1:9000 Http[path=/health]", probed.get(0));
        failure = "answers 503";
        queue.pass(Duration.ofSeconds(12));
        assertEquals(List.of("192.0.2.1:8080 DOWN"), instances());
    }

    @Test
    void aSelectorTakesWhatAgentsRegisterInItsNamespaceForAsLongAsItIsThere() throws IOException {
        apply(selecting());
        Lease lease = agent("basket", "192.0.2.5");
        assertEquals(List.of("192.0.2.5:8080 UP"), instances());
        lease.health(new Health(Health.Kind.DRAINING, ""));
        assertEquals(List.of("192.0.2.5:8080 DRAINING"), instances());
        lease.close();
        assertEquals(List.of(), instances());
    }

    @Test
    void howManySelectMakesNoCallDeeper() throws IOException {
        assertEquals(deepest(2), deepest(40));
    }

    /** How many calls deep the registry tells of so many services that select. */
    private long deepest(int services) throws IOException {
        begin();
        AtomicLong deepest = new AtomicLong();
        registry.listen(
                host -> deepest.accumulateAndGet(StackWalker.getInstance().walk(Stream::count), Math::max));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < services; i++) {
            text.append("---\n")
                    .append(selecting().replace("cart}\n", "cart-" + i + "}\n").replace("[cart]", "[cart-" + i + "]"));
        }
        agent("basket", "192.0.2.5");
        apply(text.toString());
        return deepest.get();
    }

    @Test
    void whatAnAgentRegistersStandsInPlaceOfWhatIsDeclaredAndMakesRoomAgain() throws IOException {
        apply(SERVICE.replace(", targetPort: 8080", ", targetPort: 7000") + "  endpoints: [{address: 192.0.2.5}]\n");
        Lease lease = agent("cart", "192.0.2.5");
        Entry entry = registry.entries(CART).get(0);
        assertTrue(!entry.isDeclared() && registry.entries(CART).size() == 1);
        lease.health(new Health(Health.Kind.DRAINING, ""));
        lease.close();
        assertTrue(registry.entries(CART).get(0).isDeclared());
    }

    @Test
    void afterARestartTheOperatorsWordAndWhatAProbeFoundAreKnownAgain() throws IOException {
        registry.listen(new RegistryFile(temp, registry, queue, queue, log.log()));
        apply(selecting() + GROUP);
        queue.pass(Duration.ofSeconds(5));
        registry.overlay(new Instance.Key(CART, "192.0.2.1", 8080), new Overlay(null, 7, Map.of()));
        queue.pass(Duration.ofSeconds(1));

        begin();
        registry.restore(new RegistryFile(temp, registry, queue, queue, log.log()).load());
        assertNull(registry.service(CART), "what rules declare waits for the rules");
        apply(selecting() + GROUP);
        assertEquals(List.of("192.0.2.1:8080 UP"), instances());
        assertEquals(7, registry.entries(CART).get(0).instance().weight());
    }

    @Test
    void afterARestartTheLastAddressesOfNamesStayUntilDnsAnswers() throws IOException {
        String named = endpoints("192.0.2.1", "cart.example.com").replace("STATIC", "DNS");
        known.put("cart.example.com", List.of("192.0.2.7", "192.0.2.8"));
        registry.listen(new RegistryFile(temp, registry, queue, queue, log.log()));
        apply(named);
        registry.overlay(new Instance.Key(CART, "192.0.2.8", 8080), new Overlay(State.DRAINING, null, Map.of()));
        queue.pass(Duration.ofSeconds(1));

        known.clear();
        begin();
        registry.restore(new RegistryFile(temp, registry, queue, queue, log.log()).load());
        apply(named);
        queue.pass(Duration.ofMinutes(5));
        assertEquals(List.of("192.0.2.1:8080 UP", "192.0.2.7:8080 UP", "192.0.2.8:8080 DRAINING"), instances());
        known.put("cart.example.com", List.of("192.0.2.9"));
        queue.pass(Duration.ofMinutes(1));
        assertEquals(List.of("192.0.2.1:8080 UP", "192.0.2.9:8080 UP"), instances());
    }

    @Test
    void aServiceOfAnotherNamespaceOrOutsideIsCalledByItsHost() throws IOException {
        apply(endpoints("192.0.2.1").replace("[cart]", "[pay.example.com, cart]"));
        assertEquals("pay.example.com", registry.host("pay.example.com", "default"));
        assertEquals(
                List.of("cart", "pay.example.com"),
                registry.services().stream().map(service -> service.name()).toList());
    }
}
