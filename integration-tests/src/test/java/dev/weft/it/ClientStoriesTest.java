package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The stories that every client must tell with the built agent: those of its calls also beside OpenTelemetry's agent,
 * in either order; those of traces alone, because there they are the other agent's.
 */
class ClientStoriesTest {
    private static final List<String> CLIENTS =
            List.of("jdk", "jdk-async", "hc4", "hc5", "urlconnection", "okhttp", "okhttp-async");

    private static final Pattern TRACEPARENT = Pattern.compile("traceparent: 00-([0-9a-f]{32})-([0-9a-f]{16})-01");

    @TempDir
    static Path folder;

    private static final Map<String, Caller> CALLERS = new HashMap<>();

    private static Fleet fleet;
    private static ControlPlane controlPlane;
    private static Instance one;
    private static Instance two;
    private static Listener proxy;

    @BeforeAll
    static void start() throws Exception {
        fleet = new Fleet(folder);
        // Several clients in one JVM meet the ill instance, which must not be left out because of the first one.
        fleet.rule("shop.yaml", """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: shop}
                spec:
                  host: shop
                  trafficPolicy: {outlierDetection: {consecutive5xxErrors: 0}}
                """);
        controlPlane = fleet.controlPlane();
        List<Instance> shop = fleet.servers("shop", "one", "two");
        one = shop.get(0);
        two = shop.get(1);
        fleet.up(controlPlane, "shop", 2);
        proxy = Listener.saying("through the proxy");
    }

    @AfterAll
    static void stop() throws Exception {
        fleet.close();
        CALLERS.clear();
        proxy.close();
    }

    static List<String> clients() {
        return CLIENTS;
    }

    static Stream<Arguments> clientsInEachOrder() {
        return Stream.of(Order.values()).flatMap(order -> CLIENTS.stream().map(client -> Arguments.of(client, order)));
    }

    /**
     * With our agent alone a client has one for all of its stories, because starting a JVM takes longer than most
     * of them. Where another agent starts too, which takes longest, all clients have the same, in turn.
     */
    private static Caller caller(String client, Order order) throws Exception {
        return order == Order.ALONE
                ? known(client, client, order::withOurs)
                : known(order.name(), client, order::withOurs);
    }

    private static Caller known(String key, String client, UnaryOperator<Jvm> how, String... arguments)
            throws Exception {
        Caller known = CALLERS.get(key);
        if (known == null) {
            known = fleet.caller(client, how, arguments);
            CALLERS.put(key, known);
        } else if (!key.equals(client)) {
            known.change(client);
        }
        return known;
    }

    @ParameterizedTest
    @MethodSource("clientsInEachOrder")
    void aNameThatNoDnsKnowsReachesEveryInstance(String client, Order order) throws Exception {
        reachesEveryInstance(caller(client, order));
    }

    /** In one application, which changes its client: what is packed is the same. */
    @ParameterizedTest
    @ValueSource(strings = {"hc4", "hc5", "okhttp", "okhttp-async"})
    void theOldestReleaseThatIsSupportedReachesEveryInstanceToo(String client) throws Exception {
        Caller oldest = CALLERS.get("oldest");
        if (oldest == null) {
            Jvm jvm = new Jvm(folder).agent();
            oldest = fleet.caller(jvm.run("oldest", Libraries.oldestClients(), "sample.Caller", client));
            CALLERS.put("oldest", oldest);
        }
        oldest.change(client);
        reachesEveryInstance(oldest);
    }

    private static void reachesEveryInstance(Caller caller) throws Exception {
        Set<String> reached = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Caller.Answer answer = caller.get("http://shop/id");
            assertEquals(200, answer.status(), answer.body());
            reached.add(answer.body());
        }
        assertEquals(Set.of("one", "two"), reached);
        assertEquals("body of POST", caller.post("http://shop:8080/echo").body());
        assertTrue(caller.get("http://shop.default/headers").body().contains("host: shop.default\n"));
    }

    /** All three callers know the instance when it dies. */
    @ParameterizedTest
    @MethodSource("clients")
    void aKilledInstanceIsLeftForAnotherAlsoForPostWhenTheConnectionIsRefused(String client) throws Exception {
        String service = "mortal-" + client;
        Instance dies = fleet.servers(service, "stays", "dies").get(1);
        fleet.up(controlPlane, service, 2);
        Map<Order, Caller> callers = new EnumMap<>(Order.class);
        Map<Order, Integer> retries = new EnumMap<>(Order.class);
        for (Order order : Order.values()) {
            Caller caller = caller(client, order);
            callers.put(order, caller);
            retries.put(order, caller.admin.sum("retries"));
            for (int i = 0; i < 10; i++) {
                assertEquals(200, caller.get("http://" + service + "/id").status());
            }
            caller.fresh(); // no connection is left that the kernel could reset in the middle of a POST
        }
        dies.running().kill();
        for (int i = 0; i < 10; i++) {
            for (Caller caller : callers.values()) {
                Caller.Answer post = caller.post("http://" + service + "/echo");
                assertEquals(new Caller.Answer(200, "body of POST"), post);
                assertEquals(new Caller.Answer(200, "stays"), caller.get("http://" + service + "/id"));
            }
        }
        for (Order order : Order.values()) {
            int now = callers.get(order).admin.sum("retries");
            assertTrue(now > retries.get(order), order + ": nobody met the dead instance");
        }
    }

    @ParameterizedTest
    @MethodSource("clientsInEachOrder")
    void a503IsRetriedForGetAndDeliveredForPostWhichIsSentOnce(String client, Order order) throws Exception {
        Caller caller = caller(client, order);
        int retries = caller.admin.sum("retries");
        String page = "/flaky/" + UUID.randomUUID();
        int posts = 0;
        int unavailable = 0;
        while (posts < 4 || unavailable == 0) {
            assertTrue(posts < 100, "the ill instance is never picked");
            Caller.Answer answer = caller.post("http://shop" + page + "?bad=two");
            posts++;
            unavailable += answer.status() == 503 ? 1 : 0;
            assertEquals(answer.body().equals("two") ? 503 : 200, answer.status(), answer.body());
        }
        assertEquals(posts, arrived(one, page) + arrived(two, page));
        assertEquals(retries, caller.admin.sum("retries"));

        page = "/flaky/" + UUID.randomUUID();
        for (int i = 0; i < 20; i++) {
            assertEquals(new Caller.Answer(200, "one"), caller.get("http://shop" + page + "?bad=two"));
        }
        assertEquals(retries + arrived(two, page), caller.admin.sum("retries"));
        assertTrue(arrived(two, page) > 0, "the ill instance is never picked");
    }

    private static int arrived(Instance at, String page) throws Exception {
        return Integer.parseInt(Web.get(at.url() + "/count?path=" + page).body());
    }

    @ParameterizedTest
    @MethodSource("clientsInEachOrder")
    void otherHostsAndTheApplicationsOwnProxyAreLeftAlone(String client, Order order) throws Exception {
        try (Listener outside = Listener.saying("outside")) {
            // The other agent's own doings are the same with us and without us.
            Order other = order == Order.ALONE ? Order.ALONE : Order.OTHER_LAST;
            Caller without = known("without us, " + other, client, other::place);
            Caller with = caller(client, order);
            assertEquals(200, with.get("http://shop/id").status());
            for (Caller caller : List.of(without, with)) {
                assertEquals(
                        "outside",
                        caller.get("http://localhost:" + outside.port() + "/page?a=b", "X-App=1")
                                .body());
            }
            assertEquals(2, outside.heads().size());
            assertEquals(
                    untraced(outside.heads().get(0)), untraced(outside.heads().get(1)));

            int before = proxy.heads().size();
            Caller proxied = known("proxied, " + order, client, order::withOurs, String.valueOf(proxy.port()));
            assertEquals("through the proxy", proxied.get("http://shop/id").body());
            assertEquals(
                    "through the proxy",
                    proxied.get("http://elsewhere.invalid/x").body());
            List<String> heads = proxy.heads().subList(before, proxy.heads().size());
            assertEquals(2, heads.size(), heads::toString);
            assertTrue(heads.get(0).startsWith("GET http://shop/id HTTP/1.1\r\n"), heads::toString);
            assertTrue(heads.get(1).startsWith("GET http://elsewhere.invalid/x HTTP/1.1\r\n"), heads::toString);
        }
    }

    /** Each call has its own place in a trace. */
    private static String untraced(String head) {
        return head.replaceAll("(?i)traceparent: [0-9a-f-]+", "traceparent: any");
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aTraceGoesOnFromTheCallerThroughTheServers(String client) throws Exception {
        Caller caller = caller(client, Order.ALONE);
        String seen = caller.get("http://shop/relay?url=http://shop/headers").body();
        Matcher header = TRACEPARENT.matcher(seen);
        assertTrue(header.find(), seen);
        String trace = header.group(1);

        // The caller made one call; a server served that and made one; a server served that.
        List<JsonNode> called = Until.get("the caller's span", () -> spans(trace, 1, caller.admin));
        List<JsonNode> others = Until.get("the servers' spans", () -> spans(trace, 3, one.admin(), two.admin()));
        JsonNode first = called.get(0);
        assertEquals("CLIENT", first.path("kind").asText());
        assertEquals("", first.path("parentSpanId").asText(""));
        JsonNode relay = child(others, first);
        assertEquals("SERVER", relay.path("kind").asText());
        JsonNode onward = child(others, relay);
        assertEquals("CLIENT", onward.path("kind").asText());
        assertEquals(header.group(2), onward.path("spanId").asText());
        assertEquals("SERVER", child(others, onward).path("kind").asText());
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aTraceThatTheApplicationHasBegunIsLeftToItAndGoesOnInTheServer(String client) throws Exception {
        Caller caller = caller(client, Order.ALONE);
        String trace = UUID.randomUUID().toString().replace("-", "");
        String begun = "00-" + trace + "-00f067aa0ba902b7-01";
        String seen = caller.get("http://shop/headers", "traceparent=" + begun).body();
        assertTrue(seen.contains("traceparent: " + begun + "\n"), seen);
        JsonNode served = Until.get("the server's span", () -> spans(trace, 1, one.admin(), two.admin()))
                .get(0);
        assertEquals("00f067aa0ba902b7", served.path("parentSpanId").asText());
        assertEquals(0, caller.admin.json("/traces/" + trace).path("spans").size());
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 11})
    void otherTomcatsRegisterAndGoOnWithTheTrace(int tomcat) throws Exception {
        String service = "tomcat" + tomcat;
        Instance instance = fleet.onTomcat(tomcat, service, "cat");
        fleet.up(controlPlane, service, 1);
        String trace = UUID.randomUUID().toString().replace("-", "");
        String begun = "00-" + trace + "-00f067aa0ba902b7-01";
        Caller caller = caller("jdk", Order.ALONE);
        Until.so(
                "the caller knows it",
                () -> caller.get("http://" + service + "/").status() == 200);
        Caller.Answer answer = caller.get("http://" + service + "/", "traceparent=" + begun);
        assertEquals(new Caller.Answer(200, "cat " + begun), answer);
        JsonNode served = Until.get("the server's span", () -> spans(trace, 1, instance.admin()))
                .get(0);
        assertEquals("SERVER", served.path("kind").asText());
        assertEquals("00f067aa0ba902b7", served.path("parentSpanId").asText());
    }

    private static JsonNode child(List<JsonNode> spans, JsonNode parent) {
        String id = parent.path("spanId").asText();
        for (JsonNode span : spans) {
            if (span.path("parentSpanId").asText().equals(id)) {
                return span;
            }
        }
        throw new AssertionError("no child of " + parent + " in " + spans);
    }

    /** Null as long as there are fewer. */
    private static @Nullable List<JsonNode> spans(String trace, int count, Admin... admins) throws Exception {
        List<JsonNode> spans = new ArrayList<>();
        for (Admin admin : admins) {
            admin.json("/traces/" + trace).path("spans").forEach(spans::add);
        }
        return spans.size() < count ? null : spans;
    }
}
