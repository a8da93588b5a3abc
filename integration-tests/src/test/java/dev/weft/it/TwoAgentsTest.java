package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenTelemetry's agent in the same JVM: the mesh routes, the other one traces, and each call has one client span. */
class TwoAgentsTest {
    private static final List<String> CLIENTS =
            List.of("jdk", "jdk-async", "hc4", "hc5", "urlconnection", "okhttp", "okhttp-async");

    /** As OpenTelemetry's console exporter writes spans. */
    private static final Pattern CLIENT_SPAN = Pattern.compile("' : ([0-9a-f]{32}) ([0-9a-f]{16}) CLIENT ");

    private static final Pattern RESENT = Pattern.compile("http\\.request\\.resend_count=([0-9]+)");

    private static final Pattern TRACEPARENT =
            Pattern.compile("(?m)^traceparent: 00-([0-9a-f]{32})-([0-9a-f]{16})-0[13]$");

    private static final Map<Order, Caller> CALLERS = new EnumMap<>(Order.class);

    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static Instance one;
    private static Instance two;

    @BeforeAll
    static void start() throws Exception {
        fleet = new Fleet(folder);
        ControlPlane controlPlane = fleet.controlPlane();
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

    /** As the documentation recommends: the other agent first. */
    @Test
    void theMeshRoutesAndTheOtherAgentTracesEachCallOnce() throws Exception {
        routedAndTraced(caller(Order.OTHER_FIRST));
    }

    @Test
    @Tag("long")
    void whichAgentIsFirstMakesNoDifference() throws Exception {
        routedAndTraced(caller(Order.OTHER_LAST));
    }

    /** In a JVM that all tests of an order have, because with both agents it takes long to start. */
    private static Caller caller(Order order) throws Exception {
        Caller known = CALLERS.get(order);
        if (known == null) {
            known = fleet.caller(CLIENTS.get(0), order::withOurs);
            CALLERS.put(order, known);
        }
        return known;
    }

    private static void routedAndTraced(Caller caller) throws Exception {
        int calls = settled(caller);
        for (String client : CLIENTS) {
            caller.change(client);
            calls += routed(client, caller);
            calls += traced(client, caller);
            assertEquals(calls, spans(caller, calls), client + ": client spans in\n" + caller.running.errors());
        }
        String log = caller.admin.log();
        assertTrue(log.contains("OpenTelemetry"), log);
    }

    /** How many client spans there are, once it has joined and what it did before is written. */
    private static int settled(Caller caller) throws Exception {
        Until.so("it has joined", () -> caller.get("http://shop/id").status() == 200);
        String mark = "marked-" + UUID.randomUUID();
        caller.get("http://shop/id?" + mark);
        Until.so(
                "its spans until now are written", () -> caller.running.errors().contains(mark));
        return count(caller);
    }

    /**
     * OpenTelemetry's conventions want a span for each request that is sent, and its instrumentation of OkHttp makes
     * them: for a redirect and a second try of the library's own as for a retry of ours.
     */
    @Test
    @Tag("long")
    void inOkHttpTheOtherAgentCountsASendingOfOursAsItCountsOneOfTheLibrarysOwn() throws Exception {
        List<String> twice = List.of("none", "1");
        Caller without = fleet.caller("okhttp", Order.OTHER_LAST::place);
        Caller with = caller(Order.OTHER_LAST);
        settled(with);
        for (String client : List.of("okhttp", "okhttp-async")) {
            without.change(client);
            assertEquals(twice, resent(without, one.url() + "/away"));
            assertEquals(twice, resent(without, two.url() + "/flaky/own?bad=two&after=0"));
            with.change(client);
            assertEquals(twice, resent(with, "http://shop/away"));
            int spans = count(with);
            int retries = with.admin.sum("retries");
            for (int i = 0; with.admin.sum("retries") == retries; i++) {
                assertTrue(i < 100, "the ill instance is never picked");
                assertEquals(200, with.get("http://shop/flaky/ours?bad=two").status());
                spans++;
            }
            spans++; // the last one was sent twice
            assertEquals(spans, spans(with, spans), client);
            assertEquals(twice, resends(with).subList(spans - 2, spans), client);
        }
    }

    /** Of a call that is sent twice, as its spans tell it. */
    private static List<String> resent(Caller caller, String url) throws Exception {
        int before = count(caller);
        caller.get(url);
        assertEquals(before + 2, spans(caller, before + 2));
        return resends(caller).subList(before, before + 2);
    }

    /** {@code http.request.resend_count} of each client span. */
    private static List<String> resends(Caller caller) throws IOException {
        return caller.running
                .errors()
                .lines()
                .filter(line -> CLIENT_SPAN.matcher(line).find())
                .map(line -> {
                    Matcher resend = RESENT.matcher(line);
                    return resend.find() ? resend.group(1) : "none";
                })
                .toList();
    }

    /** Both instances are found by name; a failed GET is sent again elsewhere, a POST is sent once. */
    private static int routed(String client, Caller caller) throws Exception {
        String page = "/flaky/" + UUID.randomUUID();
        int calls = 0;
        Set<String> met = new HashSet<>();
        while (met.size() < 2) {
            assertTrue(calls < 100, client + " meets only " + met);
            met.add(caller.get("http://shop/id").body());
            calls++;
        }
        int failed = 0;
        int posts = 0;
        while (failed == 0) {
            assertTrue(posts < 100, client + " never meets the ill instance");
            failed += caller.post("http://shop" + page + "?bad=two").status() == 503 ? 1 : 0;
            posts++;
        }
        assertEquals(posts, arrived(page), client + ": POSTs");
        int before = arrived(page);
        int gets = 0;
        while (arrived(page) - before == gets) {
            assertTrue(gets < 100, client + " never meets the ill instance");
            assertEquals(new Caller.Answer(200, "one"), caller.get("http://shop" + page + "?bad=two"), client);
            gets++;
        }
        // Within OkHttp it stands where each sending passes.
        return calls + posts + (client.startsWith("okhttp") ? arrived(page) - before : gets);
    }

    private static int arrived(String page) throws Exception {
        return Integer.parseInt(Web.get(one.url() + "/count?path=" + page).body())
                + Integer.parseInt(Web.get(two.url() + "/count?path=" + page).body());
    }

    /**
     * The server sees the other tracer's place and no second one. We make no span of the call, but remember under its
     * trace what became of it.
     */
    private static int traced(String client, Caller caller) throws Exception {
        String seen = caller.get("http://shop/headers").body();
        assertEquals(
                1,
                Stream.of(seen.split("\n"))
                        .filter(line -> line.startsWith("traceparent:"))
                        .count(),
                seen);
        Matcher header = TRACEPARENT.matcher(seen);
        assertTrue(header.find(), seen);
        Until.so(client + ": the header is of the other tracer's client span", () -> {
            Matcher span = CLIENT_SPAN.matcher(caller.running.errors());
            return span.results()
                    .anyMatch(found -> found.group(1).equals(header.group(1))
                            && found.group(2).equals(header.group(2)));
        });
        JsonNode known = caller.admin.json("/traces/" + header.group(1)).path("spans");
        assertEquals(1, known.size(), client);
        known.forEach(call -> {
            assertEquals(header.group(2), call.path("spanId").asText(), client);
            assertEquals(1, call.path("attempts").size(), client);
        });
        return 1;
    }

    /** Spans are written in the order in which they end, and the call before the last has been waited for. */
    private static int spans(Caller caller, int calls) throws IOException {
        Until.so(calls + " client spans", () -> count(caller) >= calls);
        return count(caller);
    }

    private static int count(Caller caller) throws IOException {
        return (int) CLIENT_SPAN.matcher(caller.running.errors()).results().count();
    }
}
