package dev.weft.testkit.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.GlobalRateLimit;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.LocalRateLimit;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.RateLimits;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
    private static final String HOST = "order.default.svc.cluster.local";
    private static final String BEGIN =
            "{'format':'weft.calls','version':1,'service':'shop','namespace':'default','agent':'0.1'}";
    private static final String SPLIT = "'weights':{'outbound|0|v1|" + HOST + "':90,'outbound|0|v2|" + HOST + "':10},";

    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>();

    @BeforeEach
    void twoVersions() {
        lines.add(BEGIN);
        for (String version : List.of("v1", "v2")) {
            lines.add("{'cluster':'outbound|0|" + version + "|" + HOST + "','endpoints':[{'address':'10.0.0."
                    + version.substring(1) + ":8080','labels':{'version':'" + version + "'}}]}");
        }
    }

    /** A call that was answered with 200 at its first attempt. */
    private void call(String headers, String route, String weights, String cluster) {
        call(
                headers,
                route,
                weights + "'cluster':'outbound|0|" + cluster + "|" + HOST + "','by':'upstream'," + "'status':200",
                1_000_000,
                200);
    }

    private void call(String headers, String route, String decision, long took, int... statuses) {
        call("order", "/orders", "", headers, route, decision, took, "success", statuses);
    }

    /** @param more of the head, each with a comma behind it */
    private void call(
            String service,
            String path,
            String more,
            String headers,
            String route,
            String decision,
            long took,
            String end,
            int... statuses) {
        StringBuilder attempts = new StringBuilder();
        for (int status : statuses) {
            attempts.append(attempts.isEmpty() ? "" : ",").append("{'to':'10.0.0.1:8080','at':0,'took':");
            attempts.append(took + ",'status':" + status + ",'end':'" + end + "'}");
        }
        lines.add("{'at':" + lines.size() * 1_000_000L + ",'took':" + took + ",'method':'GET','secure':false,"
                + "'host':'" + service + "','port':80,'path':'" + path + "','replayable':true,'rewritable':true," + more
                + "'headers':{" + headers + "},'decision':{'virtualHost':'" + HOST.replace("order", service)
                + "','route':'" + route + "',"
                + decision + "},'attempts':[" + attempts + "]}");
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Recording recording() throws IOException {
        return Recording.read(file("calls.jsonl", String.join("\n", lines).replace('\'', '"') + "\n"));
    }

    private Path rules(String name, String http) throws IOException {
        return file(name, """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: order}
                spec: {host: order, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: order}
                spec:
                  hosts: [order]
                  http:
                """ + http.indent(4));
    }

    private Path canary(int v1, String more) throws IOException {
        return rules("canary-" + v1 + ".yaml", """
                - name: testers
                  match: [{headers: {x-group: {exact: testers}}}]
                  route: [{destination: {host: order, subset: v2}}]
                - name: canary
                  %s
                  route:
                    - {destination: {host: order, subset: v1}, weight: %d}
                    - {destination: {host: order, subset: v2}, weight: %d}
                """.formatted(more, v1, 100 - v1));
    }

    private Report against(Path rules) throws IOException {
        return new Replay(recording(), "cluster.local", 1).against(rules, null);
    }

    private void sampleCalls() {
        call("'x-group':'testers'", "testers", "", "v2");
        for (int i = 0; i < 20; i++) {
            call("", "canary", SPLIT, i == 7 ? "v2" : "v1");
        }
    }

    @Test
    void theSameRulesChangeNothingWhateverChanceDoes() throws IOException {
        sampleCalls();

        Report report = against(canary(90, ""));

        assertFalse(report.changes(), report.text());
        assertTrue(report.text().startsWith("21 calls, of which 0 would be decided otherwise"), report.text());
    }

    @Test
    void otherSharesAreOneChangeOfAllTheirCalls() throws IOException {
        sampleCalls();

        String text = against(canary(50, "")).text();

        assertTrue(text.contains("20 calls of " + HOST + " route canary: cluster\n"), text);
        assertTrue(
                text.contains("from  90.00 % outbound|0|v1|" + HOST + ", 10.00 % outbound|0|v2|" + HOST
                        + "\n  to    50.00 % outbound|0|v1|" + HOST),
                text);
        assertTrue(text.startsWith("21 calls, of which 20 would"), text);
    }

    @Test
    void anotherRouteIsToldWithExamples() throws IOException {
        sampleCalls();

        String json = against(rules("all.yaml", "- {name: all, route: [{destination: {host: order, subset: v1}}]}"))
                .json();

        assertTrue(json.contains("\"changed\": 21"), json);
        assertTrue(json.contains("\"what\": \"route\""), json);
        assertTrue(json.contains("\"call\": \"GET http://order/orders\""), json);
        assertTrue(json.contains("calls.jsonl:4"), json);
    }

    @Test
    void aShorterTimeoutAndAnotherRetryShowInWhatTheApplicationGets() throws IOException {
        String v1 = "'cluster':'outbound|0|v1|" + HOST + "',";
        call("", "all", v1 + "'by':'upstream','status':200", 1_500_000_000L, 200);
        call("", "all", v1 + "'by':'upstream','status':503", 1_000_000L, 503);
        Path rules = rules("all.yaml", """
                - name: all
                  timeout: 1s
                  retries: {attempts: 1, retryOn: 5xx}
                  route: [{destination: {host: order, subset: v1}}]
                """);

        String text = against(rules).text();

        assertTrue(text.contains("from  200 upstream\n  to    504 timeout"), text);
        assertTrue(text.contains("from  503 upstream\n  to    200 upstream"), text);
    }

    @Test
    void anotherPathIsToldAsItWouldBeSent() throws IOException {
        call("", "all", "", "v1");
        Path rules = rules("rewrite.yaml", """
                - name: all
                  match: [{uri: {prefix: /orders}}]
                  rewrite: {uri: /v2}
                  route: [{destination: {host: order, subset: v1}}]
                """);

        String text = against(rules).text();

        assertTrue(text.contains("route all: path\n  from  as it was written\n  to    /v2\n"), text);
    }

    @Test
    void anotherHostIsToldAsItWouldBeSent() throws IOException {
        call("", "all", "", "v1");
        call("", "all", "'host':'inner',", "v1");
        Path rules = rules("host.yaml", """
                - name: all
                  rewrite: {authority: inner}
                  route: [{destination: {host: order, subset: v1}}]
                """);

        String text = against(rules).text();

        assertTrue(text.contains("2 calls, of which 1 would be decided otherwise"), text);
        assertTrue(text.contains("route all: host\n  from  as it was written\n  to    inner\n"), text);
    }

    /** Calls of one moment: one call after the other begins while the first is under way. */
    private void callsAtOnce(int count, String limits, String by) {
        for (int i = 0; i < count; i++) {
            String decision = "'cluster':'outbound|0|v1|" + HOST + "'," + limits + by;
            call("", "all", decision, 1_000_000_000L, by.contains("overflow") ? new int[0] : new int[] {200});
        }
    }

    private Path limited(int requests) throws IOException {
        return file(
                "limited.yaml",
                Files.readString(rules("all.yaml", """
                - name: all
                  route: [{destination: {host: order, subset: v1}}]
                """))
                        .replace(
                                "{host: order, subsets",
                                "{host: order, trafficPolicy: {connectionPool: {http:" + " {http2MaxRequests: "
                                        + requests + "}}}, subsets"));
    }

    @Test
    void whatOtherLimitsOfAClusterRefuseIsAChange() throws IOException {
        callsAtOnce(4, "", "'by':'upstream','status':200");

        Report report = against(limited(1));

        assertTrue(report.text().startsWith("4 calls, of which 3 would be decided otherwise"), report.text());
        assertTrue(report.text().contains("from  200 upstream\n  to    503 overflow"), report.text());
        assertFalse(against(limited(4)).changes(), "a limit that refuses nobody");
    }

    @Test
    void whatTheSameLimitsOfAClusterRefuseIsUpToWhoElseCalls() throws IOException {
        String limits = "'limits':'" + new Limits(1, List.of()) + "',";
        callsAtOnce(4, limits, "'by':'upstream','status':200");
        callsAtOnce(2, limits, "'by':'overflow','status':503");

        assertFalse(against(limited(1)).changes());
        Report looser = against(limited(100));
        assertTrue(looser.text().startsWith("6 calls, of which 2 would be decided otherwise"), looser.text());
    }

    @Test
    void anInjectedFaultIsAChangeOfTheRuleAndNotOfChance() throws IOException {
        sampleCalls();

        String text = against(canary(90, "fault: {abort: {httpStatus: 500, percentage: {value: 1}}}"))
                .text();

        assertTrue(text.startsWith("21 calls, of which 20 would"), text);
        assertTrue(text.contains("route canary: guards"), text);
    }

    @Test
    void twoSetsOfRulesAreComparedWithEachOther() throws IOException {
        sampleCalls();
        Replay replay = new Replay(recording(), "cluster.local", 1);

        assertFalse(replay.against(canary(50, ""), canary(50, "")).changes());
        assertEquals(
                replay.against(canary(90, ""), canary(50, "")).text(),
                replay.against(canary(90, ""), canary(50, "")).text());
        assertTrue(replay.against(canary(90, ""), canary(50, "")).changes());
    }

    @Test
    void aHeaderWithoutItsValueCountsAsPresentAndIsNamed() throws IOException {
        call("'x-group':'(redacted)'", "testers", "", "v2");

        String exact = against(canary(90, "")).text();
        Path present = rules("present.yaml", """
                - name: testers
                  match: [{headers: {x-group: {}}}]
                  route: [{destination: {host: order, subset: v2}}]
                - {name: canary, route: [{destination: {host: order, subset: v1}}]}
                """);

        assertTrue(exact.contains("header x-group, whose value is redacted, was asked for by 1 calls"), exact);
        assertFalse(against(present).changes());
    }

    @Test
    void anAnswerWhoseEndIsLateHadItsHeadInTime() throws IOException {
        String v1 = "'cluster':'outbound|0|v1|" + HOST + "','by':'upstream','status':200";
        long late = 10_000_000_001L;
        call("order", "/orders", "'timeout':1000000000,", "", "all", v1, late, "success", 200);
        call("order", "/orders", "", "", "all", v1, late, "deadline", 200);
        Path rules = rules("stream.yaml", """
                - {name: all, timeout: 10s, route: [{destination: {host: order, subset: v1}}]}
                """);

        Report report = against(rules);

        assertFalse(report.changes(), report.text());
    }

    @Test
    void servicesThatShareTheirInstancesAllHaveThem() throws IOException {
        String decision = "'by':'upstream','status':200,'cluster':'outbound|0||";
        for (String service : List.of("one", "two")) {
            String host = HOST.replace("order", service);
            lines.add("{'cluster':'outbound|0||" + host
                    + "','endpoints':[{'address':'10.0.0.9:8080','labels':{'version':'v1'}}]}");
            call(service, "/orders", "", "", "all", decision + host + "'", 1_000_000, "success", 200);
        }
        Path rules = file("shared.yaml", rule("one") + "---\n" + rule("two"));

        Report report = against(rules);

        assertFalse(report.changes(), report.text());
    }

    private static String rule(String service) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: %1$s}
                spec: {hosts: [%1$s], http: [{name: all, route: [{destination: {host: %1$s}}]}]}
                """.formatted(service);
    }

    @Test
    void aQueryParameterWithoutItsValueIsNamedWhereTheCallIsDecidedOtherwise() throws IOException {
        String decision = "'by':'upstream','status':200,'cluster':'outbound|0|v1|" + HOST + "'";
        call("order", "/orders?x=1&token=(redacted)", "", "", "mine", decision, 1_000_000, "success", 200);
        Path rules = rules("query.yaml", """
                - name: mine
                  match: [{queryParams: {token: {exact: abc}}}]
                  route: [{destination: {host: order, subset: v1}}]
                - {name: others, route: [{destination: {host: order, subset: v1}}]}
                """);

        Report report = against(rules);

        String text = report.text();
        assertTrue(text.contains("query parameter token, whose value is redacted, stood in 1 of"), text);
        assertTrue(report.json().contains("\"?token\": 1"), report.json());
    }

    @Test
    void aGlobalRateLimitLetsCallsGoOn() throws IOException {
        var limit = new GlobalRateLimit(
                "all",
                "limits",
                "shop",
                0,
                RateLimits.OfHost.OVERRIDE,
                20_000_000,
                true,
                500,
                1_000_000,
                1_000_000,
                LocalRateLimit.Answer.DEFAULT,
                false);
        var kind = new RateLimits.Kind(0, List.of(new LocalRateLimit.Part.GenericKey("a", "b")));
        var limits = new RateLimits(List.of(kind), List.of(), false);
        var route = new Route("all", Match.ANY, Action.Forward.to("a"), List.of(limit), limits);
        var endpoint = Endpoint.of(new InetSocketAddress("10.0.0.1", 80));
        var snapshot = new Snapshot(
                "1",
                new Directory(Directory.State.KNOWN, Map.of("order", new Directory.Entry("order", Set.of()))),
                List.of(new VirtualHost("order", List.of("order"), List.of(route))),
                Map.of("a", Cluster.of("a", List.of(endpoint))));
        call("", "all", "'by':'request_rate_limited','status':429,'cluster':''", 1_000_000);

        Verdict now = Replayer.decide(snapshot, recording().calls(), 1).get(0);

        assertEquals("upstream", now.by());
        assertEquals(200, now.status());
        Verdict limited = new Verdict(
                now.host(),
                now.route(),
                now.guards(),
                now.weights(),
                now.cluster(),
                "",
                "",
                "",
                "request_rate_limited",
                429,
                "",
                0);
        assertNull(Change.between(limited, now));
    }

    @Test
    void badLinesAreRefusedWithFileLineAndReason() {
        lines.add("{'at':1");
        lines.add("[]");
        lines.add("{'at':0,'attempts':[{'took':1,'status':200,'end':'well'}]}");
        lines.add(BEGIN.replace("'version':1", "'version':2"));
        call("'x':1", "all", "", "v1");
        lines.add("{'cluster':'a','endpoints':[{'address':'10.0.0.1','labels':{}}]}");

        String why = String.valueOf(
                assertThrows(IllegalArgumentException.class, this::recording).getMessage());

        String file = folder.resolve("calls.jsonl").toString();
        assertEquals(
                List.of(
                        file + ":4: is no JSON",
                        file + ":5: is no JSON object",
                        file + ":6: attempts[0].end: 'well' is no outcome",
                        file + ":7: version: 2 is not known here, 1 is",
                        file + ":8: headers.x: is no text",
                        file + ":9: endpoints[0].address: '10.0.0.1' has no port"),
                why.lines().toList());
    }

    @Test
    void aFileThatBeginsWithNoFormatIsNoRecording() {
        lines.remove(0);

        String why = String.valueOf(
                assertThrows(IllegalArgumentException.class, this::recording).getMessage());

        assertTrue(why.contains("calls.jsonl:1: no recording begins before it"), why);
    }
}
