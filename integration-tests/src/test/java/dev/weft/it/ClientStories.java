package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** What every client must do with the built agent, whoever else is in its JVM. */
final class ClientStories implements AutoCloseable {
    static final List<String> CLIENTS =
            List.of("jdk", "jdk-async", "hc4", "hc5", "urlconnection", "okhttp", "okhttp-async");

    final Fleet fleet;
    final ControlPlane controlPlane;
    final Instance one;
    final Instance two;
    private final Listener proxy;
    private final Map<String, Caller> callers = new HashMap<>();

    ClientStories(Path folder) throws Exception {
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

    @Override
    public void close() throws Exception {
        fleet.close();
        proxy.close();
    }

    /** A client in a JVM that is its own for all of its stories: to start one takes longer than most of them. */
    Caller alone(String client) throws Exception {
        Caller known = callers.get(client);
        if (known == null) {
            known = fleet.caller(client);
            known.knows("http://shop/id");
            callers.put(client, known);
        }
        return known;
    }

    /** A client in a JVM that all clients have in turn, because it takes long to start. */
    Caller inTurn(String jvm, String client, UnaryOperator<Jvm> how) throws Exception {
        Caller known = callers.get(jvm);
        if (known == null) {
            known = fleet.caller(client, how);
            callers.put(jvm, known);
        }
        known.change(client);
        return known;
    }

    static void reachesEveryInstance(Caller caller) throws Exception {
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

    /** All of them know the instance when it dies. */
    void leaveAKilledInstanceForAnother(String service, Map<String, Caller> all) throws Exception {
        Instance dies = fleet.servers(service, "stays", "dies").get(1);
        fleet.up(controlPlane, service, 2);
        Map<String, Integer> retries = new HashMap<>();
        for (var caller : all.entrySet()) {
            caller.getValue().knows("http://" + service + "/id");
            retries.put(caller.getKey(), caller.getValue().admin.sum("retries"));
            for (int i = 0; i < 10; i++) {
                assertEquals(
                        200, caller.getValue().get("http://" + service + "/id").status());
            }
            // No connection is left that the kernel could reset in the middle of a POST.
            caller.getValue().fresh();
        }
        dies.running().kill();
        for (int i = 0; i < 10; i++) {
            for (var caller : all.entrySet()) {
                Caller.Answer post = caller.getValue().post("http://" + service + "/echo");
                assertEquals(new Caller.Answer(200, "body of POST"), post, caller.getKey());
                Caller.Answer get = caller.getValue().get("http://" + service + "/id");
                assertEquals(new Caller.Answer(200, "stays"), get, caller.getKey());
            }
        }
        for (var caller : all.entrySet()) {
            int now = caller.getValue().admin.sum("retries");
            assertTrue(now > retries.get(caller.getKey()), caller.getKey() + " never met the dead instance");
        }
    }

    void a503IsRetriedForGetAndDeliveredForPost(Caller caller) throws Exception {
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

    /** @param without the same client without us */
    void leavesOtherHostsAndTheApplicationsOwnProxyAlone(String client, Caller without, Caller with) throws Exception {
        try (Listener outside = Listener.saying("outside")) {
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
        }
        int before = proxy.heads().size();
        with.changeBehind(proxy.port(), client);
        assertEquals("through the proxy", with.get("http://shop/id").body());
        assertEquals("through the proxy", with.get("http://elsewhere.invalid/x").body());
        with.change(client);
        List<String> heads = proxy.heads().subList(before, proxy.heads().size());
        assertEquals(2, heads.size(), heads::toString);
        assertTrue(heads.get(0).startsWith("GET http://shop/id HTTP/1.1\r\n"), heads::toString);
        assertTrue(heads.get(1).startsWith("GET http://elsewhere.invalid/x HTTP/1.1\r\n"), heads::toString);
    }

    /** Each call has its own place in a trace. */
    private static String untraced(String head) {
        return head.replaceAll("(?i)traceparent: [0-9a-f-]+", "traceparent: any");
    }
}
