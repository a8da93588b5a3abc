package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One service in Python and one in Node.js, each behind a proxy: JVMs with the agent call them by name, and they call
 * JVMs, all by the same rules.
 */
class ProxyTest {
    private static final Pattern TRACEPARENT =
            Pattern.compile("(?i)\\btraceparent: 00-([0-9a-f]{32})-([0-9a-f]{16})-01\\b");

    /** Calls that are counted, and what a quarter of them may come to: five standard deviations to either side. */
    private static final int CALLS = 200;

    private static final int LEAST = 20;
    private static final int MOST = 80;

    private enum Language {
        PYTHON("pyshop", "python3", "shop.py"),
        NODE("nodeshop", "node", "shop.js");

        final String service;
        final String program;
        final String script;

        Language(String service, String program, String script) {
            this.service = service;
            this.program = program;
            this.script = script;
        }

        Language other() {
            return this == PYTHON ? NODE : PYTHON;
        }

        /** As it calls itself. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        String url(String path) {
            return "http://" + service + path;
        }
    }

    @TempDir
    static Path folder;

    private static final Map<Language, Sidecar> SIDECARS = new EnumMap<>(Language.class);
    private static final Map<Language, Sidecar.Listening> LISTENING = new EnumMap<>(Language.class);

    private static Fleet fleet;
    private static Collector collector;
    private static ControlPlane controlPlane;
    private static Caller caller;
    private static String admin;
    private static Instance one;

    @BeforeAll
    static void start() throws Exception {
        Programs.need("python3", "node");
        fleet = new Fleet(folder);
        collector = new Collector();
        fleet.rule("pyshop.yaml", rules("pyshop", "{host: pyshop}", "{host: nodeshop}", ""));
        fleet.rule("nodeshop.yaml", rules("nodeshop", "{host: nodeshop}", "{host: pyshop}", ""));
        fleet.rule("stock.yaml", stock(""));
        controlPlane = fleet.controlPlane();
        for (Language language : Language.values()) {
            SIDECARS.put(
                    language,
                    Sidecar.start(
                            fleet,
                            language.service,
                            Ports.free(),
                            "--drain",
                            "2s",
                            "--otlp.endpoint",
                            collector.url(),
                            "--traces.delay",
                            "50ms"));
        }
        Running front = told(new Jvm(fleet.folder)).agent("service", "front").run("front", "sample.Caller", "jdk");
        List<Instance> stock = fleet.servers(
                "stock", (id, jvm) -> told(jvm).agent("version", id.equals("one") ? "v1" : "v2"), "one", "two");
        one = stock.get(0);
        for (Language language : Language.values()) {
            Sidecar.Listening listening = SIDECARS.get(language).listening();
            LISTENING.put(language, listening);
            assertEquals(
                    503,
                    Web.get("http://" + listening.admin() + "/ready").statusCode(),
                    "nobody listens behind it yet");
            SIDECARS.get(language).application(language.program, language.script, listening);
        }
        admin = LISTENING.get(Language.PYTHON).admin();
        fleet.up(controlPlane, "stock", 2);
        caller = fleet.caller(front);
        for (Language language : Language.values()) {
            fleet.up(controlPlane, language.service, 1);
            caller.knows(language.url("/via/stock/headers"));
        }
    }

    private static Jvm told(Jvm jvm) {
        return jvm.agent("otlp.endpoint", collector.url()).agent("traces.delay", "50ms");
    }

    /**
     * Of one host.
     *
     * @param one where three quarters of what begins with {@code /canary} go
     * @param other where the rest of it goes
     * @param first routes before these
     */
    private static String rules(String host, String one, String other, String first) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: %1$s}
                spec:
                  hosts: [%1$s]
                  http:
                %4$s
                    - match: [{uri: {prefix: /canary}}]
                      route: [{destination: %2$s, weight: 75}, {destination: %3$s, weight: 25}]
                    - match: [{uri: {prefix: /flaky/once}}]
                      retries: {attempts: 0}
                      route: [{destination: {host: %1$s}}]
                    - match: [{uri: {prefix: /flaky/again}}]
                      retries: {attempts: 1, retryOn: 5xx}
                      route: [{destination: {host: %1$s}}]
                    - name: limited
                      match: [{uri: {prefix: /limited}}]
                      route: [{destination: {host: %1$s}}]
                    - route: [{destination: {host: %1$s}}]
                ---
                apiVersion: weft.dev/v1
                kind: Resilience
                metadata: {name: %1$s}
                spec:
                  host: %1$s
                  routes: [limited]
                  rateLimit: {calls: 5, per: 1h}
                """.formatted(host, one, other, first);
    }

    private static String stock(String first) {
        return rules("stock", "{host: stock, subset: v1}", "{host: stock, subset: v2}", first) + """
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: stock}
                spec:
                  host: stock
                  trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}
                  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
                """;
    }

    @AfterAll
    static void stop() {
        if (fleet != null) {
            fleet.close();
            collector.close();
        }
    }

    /** How often a JVM with the agent gets which answer, as {@code STATUS BODY}. */
    private static Map<String, Integer> answers(int calls, String url) throws IOException, InterruptedException {
        Map<String, Integer> answers = new TreeMap<>();
        for (int i = 0; i < calls; i++) {
            Caller.Answer answer = caller.get(url);
            answers.merge(answer.status() + " " + answer.body().strip(), 1, Integer::sum);
        }
        return answers;
    }

    /** How often a service that is no JVM gets which answer. */
    private static Map<String, Integer> answers(Language from, int calls, String target)
            throws IOException, InterruptedException {
        Caller.Answer counted = caller.get(from.url("/many/" + calls + "/" + target));
        assertEquals(200, counted.status(), counted.body());
        Map<String, Integer> answers = new TreeMap<>();
        counted.body().lines().forEach(line -> {
            int equals = line.lastIndexOf(" = ");
            answers.put(line.substring(0, equals), Integer.parseInt(line.substring(equals + 3)));
        });
        return answers;
    }

    private static void quarter(Map<String, Integer> answers, String most, String rest) {
        assertEquals(Set.of(most, rest), answers.keySet(), answers.toString());
        int there = answers.get(rest);
        assertTrue(there >= LEAST && there <= MOST, answers.toString());
    }

    /** Five of eight, the others are refused. */
    private static void limited(Map<String, Integer> answers, String served) {
        assertEquals(5, answers.get("200 " + served), answers.toString());
        int refused = answers.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("429 "))
                .mapToInt(Map.Entry::getValue)
                .sum();
        assertEquals(3, refused, answers.toString());
    }

    @ParameterizedTest
    @EnumSource
    void aJvmWithTheAgentCallsItByName(Language language) throws Exception {
        assertEquals(new Caller.Answer(200, language.word() + " /a"), caller.get(language.url("/a")));
        assertEquals(new Caller.Answer(201, language.word() + " got body of POST"), caller.post(language.url("/b")));
    }

    @ParameterizedTest
    @EnumSource
    void itCallsTheMeshByNameAndByRules(Language language) throws Exception {
        assertEquals(Map.of("200 one", 10, "200 two", 10), answers(language, 20, "stock/id"));
        String ruled = language.url("/via/stock/ruled");
        assertEquals(200, caller.get(ruled).status());
        fleet.rule("stock.yaml", stock("""
                    - match: [{uri: {prefix: /ruled}}]
                      directResponse: {status: 418, body: {string: by rule}}
                """));
        Until.so("the rule counts in the proxy", () -> caller.get(ruled).status() == 418);
        fleet.rule("stock.yaml", stock(""));
        Until.so("it counts no more", () -> caller.get(ruled).status() == 200);
    }

    @ParameterizedTest
    @EnumSource
    void aCanaryInAnotherLanguageGetsItsShare(Language language) throws Exception {
        quarter(
                answers(CALLS, language.url("/canary")),
                "200 " + language.word() + " /canary",
                "200 " + language.other().word() + " /canary");
    }

    @ParameterizedTest
    @EnumSource
    void aCanaryAmongJvmsGetsItsShareOfItsCallsToo(Language language) throws Exception {
        quarter(answers(language, CALLS, "stock/canary"), "200 one", "200 two");
    }

    @ParameterizedTest
    @EnumSource
    void callsToItAreSentAgainWhereARuleSaysSo(Language language) throws Exception {
        assertEquals(Map.of("200 " + language.word(), 5, "500 ill", 5), answers(10, language.url("/flaky/once")));
        assertEquals(Map.of("200 " + language.word(), 10), answers(10, language.url("/flaky/again")));
    }

    @ParameterizedTest
    @EnumSource
    void itsCallsAreSentAgainWhereARuleSaysSo(Language language) throws Exception {
        // Few enough for the one that is ill not to be left out for it.
        assertEquals(Map.of("503 one", 2, "200 two", 2), answers(language, 4, "stock/flaky/once?bad=one"));
        int before = asked("/flaky/again");
        assertEquals(Map.of("200 two", 2), answers(language, 2, "stock/flaky/again?bad=one"));
        assertTrue(asked("/flaky/again") > before, "nobody met the one that is ill");
    }

    /** How often the one that can be ill was. */
    private static int asked(String path) throws IOException, InterruptedException {
        return Integer.parseInt(Web.get(one.url() + "/count?path=" + path).body());
    }

    @ParameterizedTest
    @EnumSource
    void noMoreCallsReachItThanARuleLets(Language language) throws Exception {
        limited(answers(8, language.url("/limited")), language.word() + " /limited");
    }

    @ParameterizedTest
    @EnumSource
    void noMoreOfItsCallsGoOnThanARuleLets(Language language) throws Exception {
        Map<String, Integer> answers = answers(language, 8, "stock/limited");
        answers.merge("200 served", answers.getOrDefault("200 one", 0), Integer::sum);
        answers.merge("200 served", answers.getOrDefault("200 two", 0), Integer::sum);
        limited(answers, "served");
    }

    @ParameterizedTest
    @EnumSource
    void aTraceGoesThroughAllOfThem(Language first) throws Exception {
        Language last = first.other();
        Caller.Answer answer = caller.get(first.url("/via/stock/relay?url=" + last.url("/headers")));
        Matcher arrived = TRACEPARENT.matcher(answer.body());
        assertTrue(arrived.find(), answer.body());
        String trace = arrived.group(1);
        List<String> line = Until.get("all spans are at the collector", () -> collector.line(trace, arrived.group(2)));
        assertEquals(
                List.of(
                        "front CLIENT",
                        first.service + " SERVER",
                        first.service + " CLIENT",
                        "stock SERVER",
                        "stock CLIENT",
                        last.service + " SERVER"),
                line);
        assertEquals(
                line.size(),
                collector.spans.stream()
                        .filter(span -> span.traceId().equals(trace))
                        .count());
        String remembered = LISTENING.get(first).trace(trace);
        assertTrue(remembered.contains("SERVER") && remembered.contains("CLIENT"), remembered);
        String metrics =
                Web.get("http://" + LISTENING.get(first).admin() + "/metrics").body();
        assertTrue(metrics.contains("weft_telemetry_span_batches_failed_total 0"), metrics);
        assertEquals(List.of(), collector.traced, "the exporter's own requests are in no trace");
    }

    @Test
    void aNameOutsideOfTheMeshIsWhatDnsSays() throws Exception {
        Instance outsider = fleet.outsider("outside");
        Caller.Answer answer = caller.get("http://pyshop/via/127.0.0.1:" + outsider.port() + "/id");
        assertEquals(new Caller.Answer(200, "via python: outside"), answer);
    }

    @Test
    void itFollowsAPauseAsAgentsDo() throws Exception {
        Instance outsider = fleet.outsider("beside");
        String mesh = "http://pyshop/via/stock/headers";
        Until.so("it calls the mesh", () -> caller.get(mesh).status() == 200);
        Weft paused = Weft.run(fleet, "pause", "pyshop");
        assertEquals(0, paused.exit(), paused.complained());
        assertFalse(paused.said().contains("not paused:"), paused.said());
        Until.so("the name is DNS's", () -> caller.get(mesh).status() == 502);
        assertTrue(Web.get("http://" + admin + "/config").body().contains("\"paused\":true"));
        Caller.Answer outside = caller.get("http://pyshop/via/127.0.0.1:" + outsider.port() + "/id");
        assertEquals(new Caller.Answer(200, "via python: beside"), outside);
        assertEquals(0, Weft.run(fleet, "pause", "pyshop", "--undo").exit());
        Until.so("the mesh decides again", () -> caller.get(mesh).status() == 200);
    }

    @Test
    void itsNumbersAreThere() throws Exception {
        caller.get("http://pyshop/a");
        String metrics = Until.get("the request is counted", () -> {
            String all = Web.get("http://" + admin + "/metrics").body();
            return all.contains("istio_requests_total{reporter=\"destination\"") ? all : null;
        });
        assertTrue(metrics.contains("weft_http_downstream_cx_active"), metrics);
        assertEquals(200, Web.get("http://" + admin + "/ready").statusCode());
        assertTrue(Web.raw(admin, "GET /config HTTP/1.1", "Host: evil.example", "Connection: close")
                .contains("421"));
    }

    @Test
    void onTermItLeavesAndNoCallFails() throws Exception {
        Running other = Sidecar.start(fleet, "leaver", fleet.outsider("behind").port(), "--drain", "6s")
                .proxy();
        fleet.server("leaver", "stays");
        fleet.up(controlPlane, "leaver", 2);
        caller.knows("http://leaver/id");
        caller.start(4, "GET", "http://leaver/id");
        Until.so("calls are made", () -> caller.answered() > 200);
        other.process.toHandle().destroy(); // SIGTERM, and what it says can still be read
        other.line("leaver: drained");
        Caller.Loaded loaded = caller.stop();
        assertEquals(0, loaded.failed(), loaded.firstFailure());
        assertFalse(other.said().contains("our own failure"), other.said());
        assertEquals(1, controlPlane.up("leaver"));
    }
}
