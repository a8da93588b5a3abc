package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The five stories that every client must tell with the built agent. */
class ClientStoriesTest {
    private static final Pattern TRACEPARENT = Pattern.compile("traceparent: 00-([0-9a-f]{32})-([0-9a-f]{16})-01");

    @TempDir
    static Path folder;

    private static final Map<String, Caller> CALLERS = new HashMap<>();

    private static Fleet fleet;
    private static ControlPlane controlPlane;
    private static Instance one;
    private static Instance two;

    @BeforeAll
    static void start() throws Exception {
        fleet = new Fleet(folder);
        controlPlane = fleet.controlPlane();
        List<Instance> shop = fleet.servers("shop", "one", "two");
        one = shop.get(0);
        two = shop.get(1);
        fleet.up(controlPlane, "shop", 2);
    }

    @AfterAll
    static void stop() {
        fleet.close();
        CALLERS.clear();
    }

    /** One for all stories of a client: starting a JVM takes longer than most of them. */
    private static Caller caller(String client) throws Exception {
        Caller known = CALLERS.get(client);
        if (known == null) {
            known = fleet.caller(client);
            CALLERS.put(client, known);
        }
        return known;
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "jdk-async", "hc4", "hc5", "urlconnection", "okhttp", "okhttp-async"})
    void aNameThatNoDnsKnowsReachesEveryInstance(String client) throws Exception {
        reachesEveryInstance(caller(client));
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

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "jdk-async", "hc4", "hc5", "urlconnection", "okhttp", "okhttp-async"})
    void aKilledInstanceIsLeftForAnotherAlsoForPostWhenTheConnectionIsRefused(String client) throws Exception {
        String service = "mortal-" + client;
        Instance dies = fleet.servers(service, "stays", "dies").get(1);
        fleet.up(controlPlane, service, 2);
        Caller caller = caller(client);
        int retries = caller.admin.sum("retries");
        for (int i = 0; i < 10; i++) {
            assertEquals(200, caller.get("http://" + service + "/id").status());
        }
        caller.fresh(); // no connection is left that the kernel could reset in the middle of a POST
        dies.running().kill();
        for (int i = 0; i < 10; i++) {
            Caller.Answer post = caller.post("http://" + service + "/echo");
            assertEquals(new Caller.Answer(200, "body of POST"), post);
            assertEquals(new Caller.Answer(200, "stays"), caller.get("http://" + service + "/id"));
        }
        assertTrue(caller.admin.sum("retries") > retries, "nobody met the dead instance");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "jdk-async", "hc4", "hc5", "urlconnection", "okhttp", "okhttp-async"})
    void a503IsRetriedForGetAndDeliveredForPostWhichIsSentOnce(String client) throws Exception {
        Caller caller = caller(client);
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
    @ValueSource(strings = {"jdk", "jdk-async", "hc4", "hc5", "urlconnection", "okhttp", "okhttp-async"})
    void otherHostsAndTheApplicationsOwnProxyAreLeftAlone(String client) throws Exception {
        try (Listener outside = Listener.saying("outside");
                Listener proxy = Listener.saying("through the proxy")) {
            Caller without = fleet.caller(client, jvm -> jvm);
            Caller with = fleet.caller(client);
            assertEquals(200, with.get("http://shop/id").status());
            for (Caller caller : List.of(without, with)) {
                assertEquals(
                        "outside",
                        caller.get("http://localhost:" + outside.port() + "/page?a=b", "X-App=1")
                                .body());
            }
            assertEquals(2, outside.heads().size());
            assertEquals(outside.heads().get(0), outside.heads().get(1));

            Caller proxied = fleet.caller(client, Jvm::agent, String.valueOf(proxy.port()));
            assertEquals("through the proxy", proxied.get("http://shop/id").body());
            assertEquals(
                    "through the proxy",
                    proxied.get("http://elsewhere.invalid/x").body());
            assertTrue(proxy.heads().get(0).startsWith("GET http://shop/id HTTP/1.1\r\n"), proxy.heads()::toString);
            assertTrue(proxy.heads().get(1).startsWith("GET http://elsewhere.invalid/x HTTP/1.1\r\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "jdk-async", "hc4", "hc5", "urlconnection", "okhttp", "okhttp-async"})
    void aTraceGoesOnFromTheCallerThroughTheServers(String client) throws Exception {
        Caller caller = caller(client);
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
    @ValueSource(strings = {"jdk", "jdk-async", "hc4", "hc5", "urlconnection", "okhttp", "okhttp-async"})
    void aTraceThatTheApplicationHasBegunIsLeftToItAndGoesOnInTheServer(String client) throws Exception {
        Caller caller = caller(client);
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
        Caller.Answer answer = caller("jdk").get("http://" + service + "/", "traceparent=" + begun);
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
