package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hosts: one with a control plane, the proxy, interception and an application that knows of none of them; one
 * with servers outside of any mesh, of which a rule names one, and with a service of gRPC behind a proxy. The proxies run
 * as a user who may do nothing that others may not.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InterceptionTest {
    private static final Pattern PLACED =
            Pattern.compile("kiosk of books at 00-([0-9a-f]{32})-([0-9a-f]{16})-01\\|x-head=first\\|x-trail=last");

    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static Namespace here;
    private static Namespace there;
    private static ProxyUser user;
    private static Running proxy;
    private static @Nullable Running grpc;
    private static int stock;
    private static int stranger;
    private static int original;
    private static int application;
    private static int beside;

    @BeforeAll
    static void start() throws Exception {
        Namespace.need();
        fleet = new Fleet(folder);
        user = ProxyUser.of(fleet);
        here = Namespace.make("here");
        there = Namespace.make("there");
        here.wire(there);
        here.ask("10.77.0.2");
        GrpcPeers peers = GrpcPeers.of(fleet);
        Running kiosk = peers == null ? null : peers.server(there);
        grpc = peers == null ? null : peers.client(here, "kiosk:80");
        List<Running> plain = List.of(
                plain(there, "stock"),
                plain(there, "stranger", "10.77.0.2"),
                plain(there, "original"),
                plain(here, "application"),
                plain(here, "beside"));
        stock = port(plain.get(0));
        stranger = port(plain.get(1));
        original = port(plain.get(2));
        application = port(plain.get(3));
        beside = port(plain.get(4));
        fleet.rule("kiosk.yaml", """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: kiosk, annotations: {weft.dev/retry-non-idempotent: "true"}}
                spec:
                  hosts: [kiosk]
                  http:
                    - retries: {attempts: 1, retryOn: unavailable}
                      route: [{destination: {host: kiosk}}]
                """);
        fleet.rule("stock.yaml", """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: stock}
                spec:
                  hosts: [stock]
                  ports: [{number: 80, name: http, targetPort: %d}]
                  resolution: STATIC
                  endpoints: [{address: 10.77.0.2}]
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: stock}
                spec:
                  hosts: [stock]
                  http:
                    - match: [{uri: {prefix: /rule}}]
                      directResponse: {status: 418, body: {string: by rule}}
                    - route: [{destination: {host: stock}}]
                ---
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: taken}
                spec:
                  hosts: [taken.example]
                  addresses: [10.77.0.2]
                  ports: [{number: %d, name: http, targetPort: %d}]
                  resolution: STATIC
                  endpoints: [{address: 10.77.0.2}]
                """.formatted(stock, original, stock));
        run(
                        "control-plane",
                        Jvm.WEFT,
                        "control-plane",
                        "--config",
                        fleet.rules.toString(),
                        "--xds",
                        "0.0.0.0:15010",
                        "--rest",
                        "127.0.0.1:0",
                        "--state",
                        fleet.folder.resolve("registry").toString())
                .line(" ready after ");
        proxy();
        if (kiosk != null) {
            user.proxy(
                    there,
                    "proxy-kiosk",
                    "--service",
                    "kiosk",
                    "--port",
                    String.valueOf(port(kiosk)),
                    "--address",
                    "10.77.0.2",
                    "--control.plane",
                    "10.77.0.1:15010");
        }
        install();
        stockIsKnown();
        if (grpc != null) {
            // Who has asked for a name in vain waits a second and more before he asks again.
            Until.so(
                    "the name of the other is known",
                    () -> here.curl("http://kiosk/").exit() != 6);
            Until.so("it answers", () -> asked("Get", "ready").startsWith("kiosk"));
        }
    }

    private static void proxy() throws IOException, InterruptedException {
        proxy = user.proxy(
                here,
                "proxy",
                "--service",
                "shop",
                "--port",
                String.valueOf(application),
                "--drain",
                "200ms",
                "--intercept",
                "true",
                "--control.plane",
                "127.0.0.1:15010");
        proxy.line("mesh DNS on port 5353");
    }

    private static void stockIsKnown() {
        Until.so("the name is known", () -> here.curl("http://stock/").exit() == 0);
    }

    /** @param options beside the defaults */
    private static void install(String... options) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("intercept", "install", "--dns", "all", "--exclude-inbound-ports", "22,15010"));
        command.addAll(List.of(options));
        Running rules = run("intercept", Jvm.WEFT, command.toArray(String[]::new));
        assertEquals(0, rules.process.waitFor(), rules.errors());
    }

    private static Running run(String name, Path jar, String... arguments) throws IOException, InterruptedException {
        return fleet.own(new Jvm(fleet.folder).in(here).jar(name, jar, arguments));
    }

    private static Running plain(Namespace where, String... arguments) throws IOException {
        return fleet.own(new Jvm(fleet.folder)
                .in(where)
                .run(
                        arguments[0],
                        List.of(Path.of("target", "test-classes").toString()),
                        Plain.class.getName(),
                        arguments));
    }

    private static int port(Running running) throws IOException, InterruptedException {
        return Integer.parseInt(running.line("listening ").substring("listening ".length()));
    }

    @AfterAll
    static void stop() throws Exception {
        if (fleet != null) {
            fleet.close();
        }
        for (Namespace one : new Namespace[] {here, there}) {
            if (one != null) {
                one.close();
            }
        }
    }

    private static String metrics() throws IOException, InterruptedException {
        return here.curl("http://127.0.0.1:15000/metrics").said();
    }

    private static double number(String name) throws IOException, InterruptedException {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aServiceIsCalledByItsNameAndByRules() throws Exception {
        double before = number("weft_dns_events_total{event=\"mesh\"}");
        assertEquals(new Namespace.Ran(0, "stock /a as stock"), here.curl("http://stock/a"));
        assertEquals(new Namespace.Ran(0, "by rule418"), here.curl("-w", "%{http_code}", "http://stock/rule"));
        assertTrue(number("weft_dns_events_total{event=\"mesh\"}") >= before + 2);
        Until.so("the calls are counted", () -> metrics().contains("istio_requests_total{reporter=\"source\""));
    }

    @Test
    void theProxyNeedsNoRights() throws Exception {
        ProxyUser.hasNoRights(proxy);
    }

    /** What the client that knows of no proxy got; skipped where there is none. */
    private static String asked(String method, String message) throws IOException, InterruptedException {
        Running client = grpc;
        if (client == null) {
            Programs.skip("there is no Python with gRPC here (Debian: python3-grpcio)");
            throw new AssertionError("skipped");
        }
        client.tell(method + " " + message);
        return client.line();
    }

    @Test
    void aUnaryCallOfGrpcGoesThroughBothProxiesWithMetadataTrailersAndTrace() throws Exception {
        String said = asked("Get", "books");
        Matcher answer = PLACED.matcher(said);
        assertTrue(answer.matches(), said);
        String trace = answer.group(1);
        JsonNode called = Until.get("the caller's proxy has ended its span", () -> span(here, trace, "CLIENT"));
        JsonNode served = Until.get("the service's proxy has ended its span", () -> span(there, trace, "SERVER"));
        assertEquals(answer.group(2), served.path("spanId").asText(), "the service is told its place");
        assertEquals(called.path("spanId").asText(), served.path("parentSpanId").asText());
    }

    /** The one of a kind in a trace, as the proxy of a host remembers it; null for none yet. */
    private static @Nullable JsonNode span(Namespace host, String trace, String kind) throws Exception {
        String spans = host.curl("http://127.0.0.1:15000/traces/" + trace).said();
        for (JsonNode span : new ObjectMapper().readTree(spans).path("spans")) {
            if (span.path("kind").asText().equals(kind)) {
                return span;
            }
        }
        return null;
    }

    @Test
    void aStreamOfGrpcEndsWithItsTrailers() throws Exception {
        assertEquals("OK||0 1 2 3 4|x-trail=after 5", asked("Watch", "5"));
        String thousand = asked("Watch", "1000");
        assertTrue(thousand.endsWith(" 998 999|x-trail=after 1000"), thousand);
    }

    @Test
    void aStreamOfGrpcThatFailsSaysWhyInItsTrailers() throws Exception {
        assertEquals("RESOURCE_EXHAUSTED|sold out|0 1|x-trail=why", asked("Drain", "now"));
    }

    @Test
    void aCallOfGrpcIsSentAgainWhereARuleSaysSo() throws Exception {
        assertEquals("attempt 2||", asked("Flaky", "one"));
    }

    @Test
    void aHostThatIsNoNameOfTheMeshIsThatOfTheAddress() throws Exception {
        assertEquals(
                new Namespace.Ran(0, "stock /b as other.example"),
                here.curl("-H", "Host: other.example", "http://stock/b"));
    }

    @Test
    void whatIsOutsideOfTheMeshIsReachedAsItIs() throws Exception {
        double before = number("weft_tcp_tunnels_total");
        assertEquals(
                new Namespace.Ran(0, "stranger /c as stock"),
                here.curl("-H", "Host: stock", "http://10.77.0.2:" + stranger + "/c"));
        assertEquals(
                new Namespace.Ran(0, "stranger /c as stock"),
                here.curl("-H", "Host: stock", "http://[fd77::2]:" + stranger + "/c"));
        assertEquals(before + 2, number("weft_tcp_tunnels_total"));
    }

    @Test
    void aProxyThatInterceptionDoesNotLeaveAloneMeetsItselfOnce() throws Exception {
        install("--uid", "65533", "--fail-closed=outbound,inbound,dns"); // whose heartbeat nobody hears
        try {
            double led = number("weft_tcp_tunnels_total");
            double refused = number("weft_intercept_refused_total");
            assertNotEquals(0, here.curl("http://10.77.0.2:" + stranger + "/").exit());
            assertEquals(led + 1, number("weft_tcp_tunnels_total"));
            assertEquals(refused + 1, number("weft_intercept_refused_total"));
        } finally {
            install();
            stockIsKnown(); // once the proxy is heard of
        }
    }

    @Test
    void whileItIsPausedWhatItLeadsGoesWhereItWasGoing() throws Exception {
        String url = "http://10.77.0.2:" + original + "/f";
        Until.so("the rule counts", () -> here.curl(url).said().startsWith("stock /f"));
        pause("shop");
        try {
            Until.so("it goes to its address", () -> here.curl(url).said().startsWith("original /f"));
        } finally {
            pause("shop", "--undo");
        }
        Until.so("the rule counts again", () -> here.curl(url).said().startsWith("stock /f"));
    }

    private static void pause(String... whom) throws IOException, InterruptedException {
        Running paused = run(
                "pause",
                Jvm.WEFT,
                Stream.concat(Stream.of("pause"), Stream.of(whom)).toArray(String[]::new));
        assertEquals(0, paused.process.waitFor(), paused.errors());
        assertEquals(-1, paused.said().indexOf("not paused"), paused.said());
    }

    @Test
    void aPortThatTheServiceDoesNotHaveIsRefused() throws Exception {
        double before = number("weft_intercept_refused_total");
        assertNotEquals(0, here.curl("http://stock:81/").exit());
        assertEquals(before + 1, number("weft_intercept_refused_total"));
    }

    @Test
    void whoCallsTheApplicationGoesThroughTheProxyAndOtherPortsAreReachedAsTheyAre() throws Exception {
        assertEquals(
                new Namespace.Ran(0, "application /d as shop"),
                there.curl("-H", "Host: shop", "http://10.77.0.1:" + application + "/d"));
        Until.so("the request is counted", () -> metrics().contains("istio_requests_total{reporter=\"destination\""));
        double before = number("weft_tcp_tunnels_total");
        assertEquals(
                new Namespace.Ran(0, "beside /e as shop"),
                there.curl("-H", "Host: shop", "http://10.77.0.1:" + beside + "/e"));
        assertEquals(before + 1, number("weft_tcp_tunnels_total"));
    }

    /** The last one, because afterwards there is no proxy. */
    @Order(Integer.MAX_VALUE)
    @Test
    void interceptionEndsWithTheProxyAndBeginsWithTheNext() throws Exception {
        String url = "http://outside.example:" + stranger + "/g";
        Namespace.Ran answer = new Namespace.Ran(0, "stranger /g as outside.example:" + stranger);
        install("--open-after=3600");
        double before = number("weft_tcp_tunnels_total");
        assertEquals(answer, here.curl(url));
        assertEquals(before + 1, number("weft_tcp_tunnels_total"));
        proxy.end();
        assertEquals(answer, here.curl(url));
        assertEquals(
                new Namespace.Ran(0, "application /h as 10.77.0.1:" + application),
                there.curl("http://10.77.0.1:" + application + "/h"));

        proxy();
        stockIsKnown();
        install("--open-after=2");
        Until.so("it is led", () -> here.curl(url).equals(answer) && number("weft_tcp_tunnels_total") > 0);
        proxy.kill();
        Until.so("what is outside is reached", () -> here.curl(url).equals(answer));
        assertEquals(
                new Namespace.Ran(0, "application /h as 10.77.0.1:" + application),
                there.curl("http://10.77.0.1:" + application + "/h"));
    }
}
