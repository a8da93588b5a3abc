package dev.weft.control.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.Health;
import dev.weft.control.registry.Lease;
import dev.weft.control.registry.NodeIdentity;
import dev.weft.control.registry.Registry;
import dev.weft.control.rule.HostNames;
import dev.weft.control.rule.Rule;
import dev.weft.control.rule.RuleFile;
import dev.weft.control.rule.RuleId;
import dev.weft.control.rule.RuleParser;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.source.DeclaredServices;
import dev.weft.control.source.DnsNames;
import dev.weft.control.source.Resolver;
import dev.weft.control.store.Resource;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Source;
import dev.weft.control.store.Types;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever rules and instances come, change and go, in whatever order: what there is to ask for is what somebody would
 * make of them who had never seen anything else, and who follows something knows it as it is.
 */
class IncrementalTest {
    private static final int STEPS = 60;
    private static final List<String> TYPES = List.of(Types.LISTENER, Types.ROUTES, Types.CLUSTER, Types.ENDPOINTS);
    private static final List<String> NAMESPACES = List.of("default", "shop", "lab");
    private static final List<String> SERVICES = List.of("order", "user", "audit", "mail", "db");
    private static final List<String> ODD = List.of(
            "",
            "''",
            "0",
            "-1",
            "1",
            "0s",
            "1ms",
            "5s",
            "99999999999",
            "true",
            "null",
            "[]",
            "{}",
            "'*'",
            "order",
            "order.shop",
            "v2",
            "HTTP",
            "TCP",
            "10.0.0.1",
            "\"\\u0000\"",
            "80",
            "100",
            "'.*'",
            "STATIC",
            "DNS");

    private final CapturedLog log = new CapturedLog();
    private final ManualQueue queue = new ManualQueue();
    private final Names names = new Names("cluster.local");
    private final Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
    private final ResourceStore store = new ResourceStore(Types.SHARED);
    private final Deque<Runnable> later = new ArrayDeque<>();
    private final Directory directory = new Directory(store, new ManualQueue(), names);
    private final Translator translator =
            new Translator(registry, store, directory, names, log.log(), later::add, false);
    private final DeclaredServices declared =
            new DeclaredServices(registry, new DnsNames(IncrementalTest::resolve, queue, log.log()));
    private final Map<String, Lease> leases = new TreeMap<>();
    private RuleSet rules = RuleSet.EMPTY;

    IncrementalTest() {
        registry.listen(translator);
        registry.listen(declared);
        list(store, directory);
    }

    private static void list(ResourceStore store, Directory directory) {
        Objects.requireNonNull(store.of(Types.SERVICE_NAMES)).subscribeAll(name -> {});
        NAMESPACES.forEach(namespace -> directory.wanted(Types.SERVICE_NAMES, namespace));
    }

    private static void resolve(String name, Consumer<Resolver.Resolution> told) {
        told.accept(new Resolver.Resolution(List.of("192.0.2.9"), ""));
    }

    /** Good rules: those of the golden cases, and what is left good of them when lines are changed, lost or doubled. */
    private static List<List<Rule>> pool(Random random, int mutations) throws IOException {
        List<String> texts = new ArrayList<>();
        for (String folder : List.of("golden", "broken")) {
            try (Stream<Path> files = Files.list(Path.of("src/test/resources", folder))) {
                for (Path file : files.filter(one -> one.toString().endsWith(".yaml"))
                        .sorted()
                        .toList()) {
                    texts.add(Files.readString(file));
                }
            }
        }
        RuleParser parser = new RuleParser(new HostNames("cluster.local"));
        List<List<Rule>> pool = new ArrayList<>();
        texts.forEach(text -> read(parser, text, pool));
        for (int i = 0; i < mutations; i++) {
            read(parser, mutated(texts.get(random.nextInt(texts.size())), random), pool);
        }
        return pool;
    }

    /** Each document for itself: one that is refused costs the others nothing. */
    private static void read(RuleParser parser, String text, List<List<Rule>> into) {
        List<Rule> all = new ArrayList<>();
        for (String document : text.split("(?m)^---\\s*$")) {
            RuleFile file = parser.parse("rules.yaml", document.getBytes(StandardCharsets.UTF_8));
            if (file.isGood()) {
                all.addAll(file.rules());
            }
        }
        if (!all.isEmpty()) {
            into.add(all);
        }
    }

    private static String mutated(String text, Random random) {
        List<String> lines = new ArrayList<>(List.of(text.split("\n")));
        for (int changes = 1 + random.nextInt(3); changes > 0 && !lines.isEmpty(); changes--) {
            int at = random.nextInt(lines.size());
            String line = lines.get(at);
            int colon = line.indexOf(':');
            switch (random.nextInt(4)) {
                case 0 -> lines.remove(at);
                case 1 -> lines.add(at, line);
                case 2 -> lines.add(lines.remove(random.nextInt(lines.size())));
                default -> {
                    if (colon >= 0) {
                        lines.set(
                                at,
                                line.substring(0, colon + 2 > line.length() ? colon + 1 : colon + 2)
                                        + ODD.get(random.nextInt(ODD.size())));
                    }
                }
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /** Some of them, of those for some namespaces more than of others; of two of one name the first counts. */
    private static RuleSet some(List<List<Rule>> pool, Random random, int number) {
        List<List<Rule>> scoped = pool.stream()
                .filter(one -> !set("", one).namespaces().isEmpty())
                .toList();
        Map<RuleId, Rule> all = new LinkedHashMap<>();
        for (int files = random.nextInt(8); files > 0; files--) {
            List<List<Rule>> from = random.nextBoolean() ? scoped : pool;
            from.get(random.nextInt(from.size())).forEach(rule -> all.putIfAbsent(rule.id(), rule));
        }
        return set(Integer.toString(number), List.copyOf(all.values()));
    }

    private static RuleSet set(String version, List<Rule> rules) {
        return new RuleSet(version, rules, List.of(), List.of());
    }

    private void instance(Random random) {
        String service = SERVICES.get(random.nextInt(SERVICES.size()));
        String namespace = random.nextInt(3) == 0 ? "shop" : "default";
        String address = "10.0." + random.nextInt(2) + "." + (1 + random.nextInt(3));
        String key = service + "/" + namespace + "/" + address;
        Lease known = leases.remove(key);
        if (known == null) {
            Lease lease = registry.lease(new NodeIdentity(
                    address,
                    service,
                    namespace,
                    address,
                    Map.of("app", service),
                    "eu",
                    "eu-" + random.nextInt(3),
                    "weft"));
            leases.put(key, lease);
            lease.subscribe(
                    service + ":8080/" + (random.nextInt(4) == 0 ? "tcp" : "http") + "?version=v" + random.nextInt(3),
                    name -> {});
            lease.health(Health.READY);
        } else if (random.nextInt(3) == 0) {
            leases.put(key, known);
            known.health(
                    random.nextBoolean()
                            ? new Health(Health.Kind.DRAINING, "")
                            : new Health(Health.Kind.NOT_READY, "busy"));
        } else {
            known.close();
            queue.pass(Duration.ofSeconds(random.nextInt(3) == 0 ? 400 : 8));
        }
    }

    private void runLater() {
        while (!later.isEmpty()) {
            later.remove().run();
        }
    }

    /** By type, scope and name the versions that somebody finds who asks for everything. */
    private Map<String, String> all(ResourceStore from) {
        Map<String, String> all = new TreeMap<>();
        Set<String> scopes = new TreeSet<>(rules.namespaces());
        scopes.addAll(List.of("", "shop", "lab", "default"));
        for (String type : TYPES) {
            for (String scope : scopes) {
                for (Map<String, String> labels : List.of(Map.<String, String>of(), Map.of("app", "front"))) {
                    Source source = Objects.requireNonNull(from.of(type, scope, labels));
                    for (String name : source.names()) {
                        Resource resource = Objects.requireNonNull(source.get(name), name);
                        all.put(type + " " + scope + " " + labels + " " + name, resource.version());
                    }
                }
            }
        }
        Source lists = Objects.requireNonNull(from.of(Types.SERVICE_NAMES));
        lists.names()
                .forEach(name -> all.put(
                        "names " + name, Objects.requireNonNull(lists.get(name)).version()));
        return all;
    }

    private Map<String, String> fromScratch() {
        ResourceStore fresh = new ResourceStore(Types.SHARED);
        Directory other = new Directory(fresh, new ManualQueue(), names);
        Translator maker = new Translator(registry, fresh, other, names, log.log());
        maker.apply(rules);
        registry.hosts().forEach(maker::changed);
        list(fresh, other);
        return all(fresh);
    }

    private static Set<String> different(Map<String, String> expected, Map<String, String> found) {
        Set<String> different = new TreeSet<>(expected.keySet());
        different.addAll(found.keySet());
        different.removeIf(name -> Objects.equals(expected.get(name), found.get(name)));
        return different;
    }

    /** A client that follows names, and takes what it is told of. */
    private final class Client implements Source.Watcher {
        private final Source source;
        private final Map<String, String> known = new HashMap<>();
        private final Set<String> told = new HashSet<>();

        Client(String type, String scope) {
            source = Objects.requireNonNull(store.of(type, scope));
        }

        void follow(String name) {
            source.subscribe(name, this);
            known.put(name, version(name));
        }

        private String version(String name) {
            Resource resource = source.get(name);
            return resource == null ? "none" : resource.version();
        }

        @Override
        public void changed(String name) {
            told.add(name);
        }

        void check(int step) {
            told.forEach(name -> known.replace(name, version(name)));
            told.clear();
            known.forEach((name, version) -> assertEquals(version(name), version, "step " + step + ": " + name));
        }
    }

    private List<Client> clients() {
        List<Client> clients = new ArrayList<>();
        for (String type : TYPES) {
            for (String scope : NAMESPACES) {
                Client client = new Client(type, scope);
                for (String service : SERVICES.subList(0, 3)) {
                    for (String namespace : List.of("default", "shop")) {
                        String host = service + "." + namespace + ".svc.cluster.local";
                        client.follow(type.equals(Types.LISTENER) ? host : "outbound|0||" + host);
                        client.follow(type.equals(Types.LISTENER) ? host + ":80" : "outbound|80||" + host);
                        client.follow("outbound|0|v1|" + host);
                    }
                }
                clients.add(client);
            }
        }
        return clients;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverHappensItIsAsIfThereHadNeverBeenAnythingElse(long seed) throws IOException {
        Random random = new Random(seed);
        List<List<Rule>> pool = pool(random, 100);
        List<Client> clients = clients();
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(5) == 0) {
                rules = some(pool, random, step);
                declared.apply(rules);
                translator.apply(rules);
            } else {
                instance(random);
            }
            if (random.nextBoolean()) {
                all(store); // makes what nobody follows, between a change and what comes of it
            }
            runLater();
            for (Client client : clients) {
                client.check(step);
            }
            assertEquals(Set.of(), different(fromScratch(), all(store)), "step " + step);
        }
    }

    @Test
    void whateverStandsInAFileIsReadOrRefused() throws IOException {
        pool(new Random(7), 500);
    }
}
