package dev.weft.control;

import static dev.weft.control.Eventually.eventually;
import static dev.weft.control.ScriptedClient.node;
import static dev.weft.control.store.Types.REGISTRATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.weft.client.ControlClient;
import dev.weft.client.Settings;
import dev.weft.client.bootstrap.Profile;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.bootstrap.Target;
import dev.weft.client.identity.Identity;
import dev.weft.client.identity.NodeGiven;
import dev.weft.client.report.Log;
import dev.weft.client.resource.CertificateSource;
import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.trace.Ambient;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The agent's client as it speaks to servers made for Envoy, with this one. */
class OwnClientTest {
    private static final String ORDER = "order.default.svc.cluster.local";
    private static final String ORDER_ALL = "outbound|0||" + ORDER;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Engine engine;

    @TempDir
    Path temp;

    @ParameterizedTest
    @EnumSource(names = {"ENVOY", "ENVOY_DELTA"})
    void itFindsWhatIsRegisteredAndFollowsItsChanges(Profile profile) throws Exception {
        Path config = Files.createDirectory(temp.resolve("rules"));
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        PrintStream lines = new PrintStream(out, true, StandardCharsets.UTF_8);
        try (ControlPlane server =
                        ControlPlane.start(new Options(config, any, any, null, Options.DEFAULT_DOMAIN, null, lines));
                ScriptedClient order = new ScriptedClient(server.xds());
                ControlClient client = client(server.xds(), profile)) {
            order.hello(node("order", "default", "127.0.0.1", Map.of()), REGISTRATION, "order:8081");
            order.next();
            order.ready();
            order.next();
            client.start();
            eventually(
                    "the listener is in the directory",
                    () -> engine.live().snapshot().directory().names().containsKey(ORDER));
            assertSame(Answer.READY, ask(client));
            assertEquals(List.of(8081), ports());

            order.subscribe(REGISTRATION, "order:8082");
            eventually("the second port is known", () -> ports().equals(List.of(8081, 8082)));
            order.unsubscribe(REGISTRATION, "order:8081");
            eventually("the first one is gone", () -> ports().equals(List.of(8082)));

            Files.writeString(config.resolve("order.yaml"), """
                    apiVersion: networking.istio.io/v1
                    kind: VirtualService
                    metadata: {name: order}
                    spec:
                      hosts: [order]
                      http:
                        - name: by-version
                          route:
                            - destination: {host: order, subset: v2}
                    ---
                    apiVersion: networking.istio.io/v1
                    kind: DestinationRule
                    metadata: {name: order}
                    spec:
                      host: order
                      subsets:
                        - {name: v2, labels: {version: v2}}
                    """);
            eventually(
                    "the rule is in force, with the cluster that it leads to",
                    () -> engine.live().snapshot().clusters().containsKey("outbound|0|v2|" + ORDER));
            assertEquals(
                    List.of(),
                    log.stream().filter(line -> line.contains("refus")).toList());
        }
    }

    private List<Integer> ports() {
        var cluster = engine.live().snapshot().clusters().get(ORDER_ALL);
        return cluster == null
                ? List.of()
                : cluster.endpoints().stream()
                        .map(endpoint -> endpoint.address().getPort())
                        .sorted()
                        .toList();
    }

    private static Answer ask(ControlClient client) throws Exception {
        var answer = new CompletableFuture<Answer>();
        client.ask(new Question.Warm(ORDER, 80, true), answer::complete);
        return answer.get(90, TimeUnit.SECONDS);
    }

    private ControlClient client(InetSocketAddress server, Profile profile) {
        var random = new Random(1);
        var source = new RandomSource() {
            @Override
            public int below(int bound) {
                return random.nextInt(bound);
            }

            @Override
            public long bits() {
                return random.nextLong();
            }
        };
        engine = new Engine(source, new Ambient(() -> false), call -> {}, bug -> log.add(bug.toString()));
        return new ControlClient(
                new Settings(
                        Servers.of(Server.plaintext(new Target.Tcp("127.0.0.1", server.getPort()))), profile, null),
                new Identity("shop", "default", Map.of(), "", "zone-a", NodeGiven.NOTHING, null, 42, "test"),
                CertificateSource.NONE,
                () -> System.nanoTime() / 4, // so that its limits are not met because the machine is busy
                source,
                new Log() {
                    @Override
                    public void info(String message) {
                        log.add(message);
                    }

                    @Override
                    public void warn(String message) {
                        log.add(message);
                    }
                },
                Set::of,
                engine::publish,
                () -> engine.live().clusters().values());
    }
}
