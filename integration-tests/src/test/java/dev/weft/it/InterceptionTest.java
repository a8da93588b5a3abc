package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hosts: one with a control plane, the proxy, interception and an application that knows of none of them; one
 * with servers outside of any mesh, of which a rule names one.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InterceptionTest {
    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static Namespace here;
    private static Namespace there;
    private static Running proxy;
    private static int stock;
    private static int stranger;
    private static int original;
    private static int application;
    private static int beside;

    @BeforeAll
    static void start() throws Exception {
        Namespace.need();
        fleet = new Fleet(folder);
        here = Namespace.make("here");
        there = Namespace.make("there");
        here.wire(there);
        here.ask("10.77.0.2");
        stock = plain(there, "stock");
        stranger = plain(there, "stranger", "10.77.0.2");
        original = plain(there, "original");
        application = plain(here, "application");
        beside = plain(here, "beside");
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
                        "127.0.0.1:15010",
                        "--rest",
                        "127.0.0.1:0",
                        "--state",
                        fleet.folder.resolve("registry").toString())
                .line(" ready after ");
        proxy();
        install(0);
        stockIsKnown();
    }

    /** Root, because the folders are root's, and without any of root's rights. */
    private static void proxy() throws IOException, InterruptedException {
        proxy = fleet.own(new Jvm(fleet.folder)
                .in(here)
                .under(List.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all"))
                .jar(
                        "proxy",
                        Jvm.PROXY,
                        "--service",
                        "shop",
                        "--port",
                        String.valueOf(application),
                        "--drain",
                        "200ms",
                        "--intercept",
                        "true"));
        proxy.line("mesh DNS on port 5353");
    }

    private static void stockIsKnown() {
        Until.so("the name is known", () -> here.curl("http://stock/").exit() == 0);
    }

    /** The processes of the test run as root, and curl does not. */
    private static void install(int uid, String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("intercept", "install", "--dns", "all", "--uid", "" + uid));
        arguments.addAll(List.of(more));
        Running rules = run("intercept", Jvm.WEFT, arguments.toArray(String[]::new));
        assertEquals(0, rules.process.waitFor(), rules.errors());
    }

    private static Running run(String name, Path jar, String... arguments) throws IOException, InterruptedException {
        return fleet.own(new Jvm(fleet.folder).in(here).jar(name, jar, arguments));
    }

    private static int plain(Namespace where, String... arguments) throws IOException, InterruptedException {
        Running running = fleet.own(new Jvm(fleet.folder)
                .in(where)
                .run(
                        arguments[0],
                        List.of(Path.of("target", "test-classes").toString()),
                        Plain.class.getName(),
                        arguments));
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
        install(1337, "--fail-closed=outbound,inbound,dns"); // whose user isn't heard of
        try {
            double led = number("weft_tcp_tunnels_total");
            double refused = number("weft_intercept_refused_total");
            assertNotEquals(0, here.curl("http://10.77.0.2:" + stranger + "/").exit());
            assertEquals(led + 1, number("weft_tcp_tunnels_total"));
            assertEquals(refused + 1, number("weft_intercept_refused_total"));
        } finally {
            install(0);
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
        install(0, "--open-after=3600");
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
        install(0, "--open-after=2");
        Until.so("it is led", () -> here.curl(url).equals(answer) && number("weft_tcp_tunnels_total") > 0);
        proxy.kill();
        Until.so("what is outside is reached", () -> here.curl(url).equals(answer));
        assertEquals(
                new Namespace.Ran(0, "application /h as 10.77.0.1:" + application),
                there.curl("http://10.77.0.1:" + application + "/h"));
    }
}
