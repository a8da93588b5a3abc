package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void explainAsksTheAgentWithMethodAndHeadersAndPrintsItsAnswer() throws IOException {
        try (var agent = Answering.on(null, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nroute v2")) {
            int exit = run(
                    "explain", "--admin", agent.address(), "-X", "POST", "-H", "x-group: a b", "http://order/o?x=1");

            assertEquals(0, exit, err::toString);
            assertEquals("route v2", out.toString().strip());
            assertTrue(
                    agent.asked()
                            .startsWith("GET /explain?url=http%3A%2F%2Forder%2Fo%3Fx%3D1&method=POST"
                                    + "&header=x-group%3Aa%20b HTTP/1.1"),
                    agent.asked());
        }
    }

    @Test
    void aRefusalOfTheAgentGoesToStandardErrorWithExitCode1() throws IOException {
        try (var agent = Answering.on(null, "HTTP/1.1 400 Bad\r\nContent-Length: 6\r\n\r\nno url")) {
            assertEquals(Main.FAILED, run("explain", "--admin", agent.address(), "nonsense"));
            assertEquals("no url", err.toString().strip());
        }
    }

    @Test
    void explainWithoutAnAgentSaysWhereItLookedAndWhatToDo() {
        long mine = ProcessHandle.current().pid();

        assertEquals(Main.UNREACHABLE, run("explain", "--pid", Long.toString(mine), "http://order"));
        assertTrue(err.toString().contains("weft doctor --pid " + mine), err.toString());
    }

    @Test
    void aHeaderWithoutANameIsRefused() {
        assertEquals(Main.USAGE, run("explain", "--admin", "127.0.0.1:1", "-H", "nonsense", "http://order"));
        assertTrue(err.toString().contains("-H 'nonsense' has no name"), err.toString());
    }

    @Test
    void explainNeedsToKnowWhomToAsk() {
        assertEquals(Main.USAGE, run("explain", "http://order"));
    }

    @Test
    void doctorDescribesAProcessWithoutAgent() {
        long mine = ProcessHandle.current().pid();

        run("doctor", "--pid", Long.toString(mine));
        assertTrue(out.toString().contains("Java " + Runtime.version()), out.toString());
        assertTrue(out.toString().contains("no agent: started without -javaagent"), out.toString());
        assertTrue(out.toString().contains("class archive"), out.toString());
    }

    @Test
    void doctorFailsForAProcessThatIsGone() throws Exception {
        var ended = new ProcessBuilder("true").start();
        ended.waitFor();

        assertEquals(Main.FAILED, run("doctor", "--pid", Long.toString(ended.pid())));
        assertTrue(out.toString().contains("no process " + ended.pid() + " runs"), out.toString());
    }

    @Test
    void aControlPlaneWithoutRulesSaysWhatIsMissing() {
        int exit =
                run("control-plane", "--config", "no-such-directory", "--xds", "127.0.0.1:0", "--rest", "127.0.0.1:0");

        assertEquals(Main.FAILED, exit);
        assertTrue(err.toString().contains("no directory of rules: no-such-directory"), err.toString());
    }

    @Test
    void anAddressWithoutPortIsWrongUsage() {
        assertEquals(Main.USAGE, run("control-plane", "--config", ".", "--xds", "localhost"));
        assertTrue(err.toString().contains("'localhost' is no address; write host:port"), err.toString());
    }

    @Test
    void aNameOfTheRestApiIsWrittenWithoutSchemeAndPort() {
        for (String wrong : List.of("https://weft.example.com", "weft.example.com:15014", "", "a b")) {
            assertEquals(Main.USAGE, run("control-plane", "--config", ".", "--rest-host", wrong));
            assertTrue(err.toString().contains("'" + wrong + "' is no DNS name"), err.toString());
        }
    }

    @Test
    void whoRegistersIsOneOfThreeAndTheStrictestTakesCertificates() {
        assertEquals(Main.USAGE, run("control-plane", "--config", ".", "--registration", "everybody"));
        assertTrue(err.toString().contains("'everybody' is not any, namespace or service"), err.toString());
        assertEquals(Main.USAGE, run("control-plane", "--config", ".", "--registration", "service"));
        assertTrue(err.toString().contains("service takes --tls-client-authorities"), err.toString());
    }

    @Test
    void aStoreThatIsNoneIsWrongUsage() {
        assertEquals(Main.USAGE, run("control-plane", "--config", ".", "--store", "etcd://10.0.0.1/weft"));
        assertTrue(
                err.toString().contains("--store: '10.0.0.1' in etcd://10.0.0.1/weft is not HOST:PORT"),
                err.toString());
        assertEquals(
                Main.USAGE,
                run("control-plane", "--config", ".", "--store", "etcd://a:1/weft", "--store-authorities", "ca.pem"));
        assertTrue(err.toString().contains("certificates take TLS to the store: etcds://"), err.toString());
        assertEquals(
                Main.USAGE, run("control-plane", "--config", ".", "--store", "etcd://a:1/weft", "--store-user", "me"));
        assertTrue(err.toString().contains("a user takes a password"), err.toString());
        assertEquals(Main.USAGE, run("control-plane", "--config", ".", "--store-user", "me"));
        assertTrue(err.toString().contains("--store-... takes --store"), err.toString());
    }

    @Test
    void whatMustOutliveAControlPlaneIsKeptByItsPort() {
        assertEquals(
                Path.of("/state/weft/15010"),
                ControlPlaneCommand.defaultState(Map.of("XDG_STATE_HOME", "/state"), 15010));
        assertNull(ControlPlaneCommand.defaultState(Map.of("XDG_STATE_HOME", "/state"), 0));
    }

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private static String answer(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String attempt(int number, String met, String why, long millis) {
        return "{\"number\":" + number + ",\"endpoint\":\"10.0.0." + number + ":80\",\"met\":\"" + met
                + "\",\"durationNanos\":" + millis * 1_000_000 + (why.isEmpty() ? "}" : ",\"why\":\"" + why + "\"}");
    }

    private static String span(String id, String parent, String kind, String attempts) {
        return "{\"traceId\":\"" + TRACE + "\",\"spanId\":\"" + id + "\",\"parentSpanId\":" + parent + ",\"kind\":\""
                + kind + "\",\"name\":\"GET\",\"startEpochNanos\":1,\"durationNanos\":30000000,\"attributes\":{"
                + "\"http.request.method\":\"GET\",\"server.address\":\"order\",\"server.port\":80,\"url.path\":\"/o\","
                + "\"weft.route\":\"canary\",\"http.response.status_code\":200},\"attempts\":[" + attempts
                + "],\"error\":false}";
    }

    private static String trace(String... spans) {
        return answer("{\"traceId\":\"" + TRACE + "\",\"spans\":[" + String.join(",", spans) + "]}");
    }

    @Test
    void aTraceIsToldHopByHopWithTheReasonOfEachRetry() throws IOException {
        String attempts = attempt(1, "503, the peer can't take calls", "", 3) + ","
                + attempt(2, "given up", "sent because of attempt 1: 503, the peer can't take calls", 20) + ","
                + attempt(3, "200, answered", "sent while attempt 2 had not answered", 9);
        String answer = trace(
                span("00000000000000b1", "\"00000000000000a1\"", "CLIENT", attempts),
                span("00000000000000a1", "null", "SERVER", ""));
        try (var agent = Answering.on(null, answer)) {
            assertEquals(
                    0, run("explain", "--admin", agent.address(), "--trace", "00-" + TRACE + "-00000000000000a1-01"));
            assertTrue(agent.asked().startsWith("GET /traces/" + TRACE + " HTTP/1.1"), agent.asked());
            String who = agent.address();
            assertEquals(
                    "trace " + TRACE + "\n"
                            + who + " served GET /o: 200 after 30.0 ms, route canary\n"
                            + "  " + who + " called GET order:80/o: 200 after 30.0 ms, route canary\n"
                            + "    attempt 1 to 10.0.0.1:80: 503, the peer can't take calls after 3.0 ms\n"
                            + "    attempt 2 to 10.0.0.2:80: given up after 20.0 ms;"
                            + " sent because of attempt 1: 503, the peer can't take calls\n"
                            + "    attempt 3 to 10.0.0.3:80: 200, answered after 9.0 ms;"
                            + " sent while attempt 2 had not answered",
                    out.toString().strip());
        }
    }

    @Test
    void aCallThatWasExplainedNamesWhomItCouldHaveBeenSentTo() throws IOException {
        String explanation = "\"explanation\":{\"panic\":false,\"candidates\":["
                + "{\"address\":\"10.0.0.1:80\",\"inFlight\":2,\"scored\":\"costs 2 calls\",\"removedBy\":null},"
                + "{\"address\":\"10.0.0.2:80\",\"inFlight\":0,\"removedBy\":\"unhealthy\"}],"
                + "\"conclusion\":\"sent to one of the candidates, chosen by least request\"}";
        String span = span("00000000000000b1", "null", "CLIENT", attempt(1, "200, answered", "", 3));
        String explained = span.substring(0, span.length() - 1) + "," + explanation + "}";
        try (var agent = Answering.on(null, trace(explained))) {
            assertEquals(0, run("explain", "--admin", agent.address(), "--trace", TRACE));
            assertEquals(
                    "trace " + TRACE + "\n"
                            + agent.address() + " called GET order:80/o: 200 after 30.0 ms, route canary\n"
                            + "  10.0.0.1:80, in flight 2: candidate, costs 2 calls\n"
                            + "  10.0.0.2:80, in flight 0: removed, unhealthy\n"
                            + "  sent to one of the candidates, chosen by least request\n"
                            + "  attempt 1 to 10.0.0.1:80: 200, answered after 3.0 ms",
                    out.toString().strip());
        }
    }

    @Test
    void aCallThatWasRefusedTellsOfWhatItWasHeldAgainst() throws IOException {
        String explanation = "\"explanation\":{\"guards\":[\"circuit breaker (r): open for another 5 ms\"],"
                + "\"candidates\":[{\"address\":\"10.0.0.1:80\",\"inFlight\":0,\"scored\":\"costs 0 calls\"}],"
                + "\"refused\":{\"status\":503,\"why\":\"it is open\"},"
                + "\"conclusion\":\"refused with status 503: it is open\"}";
        String span = span("00000000000000b1", "null", "CLIENT", "");
        String explained = span.substring(0, span.length() - 1) + "," + explanation + "}";
        try (var agent = Answering.on(null, trace(explained))) {
            assertEquals(0, run("explain", "--admin", agent.address(), "--trace", TRACE));
            assertTrue(
                    out.toString()
                            .strip()
                            .endsWith("\n  circuit breaker (r): open for another 5 ms\n"
                                    + "  10.0.0.1:80, in flight 0: candidate, costs 0 calls\n"
                                    + "  refused with status 503: it is open"),
                    out.toString());
        }
    }

    @Test
    void aTraceThatNobodyRemembersIsAFailureThatSaysWhy() throws IOException {
        try (var agent = Answering.on(null, trace())) {
            assertEquals(Main.FAILED, run("explain", "--admin", agent.address(), "--trace", TRACE));
            assertTrue(err.toString().contains("nobody remembers trace " + TRACE), err.toString());
        }
    }

    @Test
    void aTraceIdThatIsNoneAndATraceWithAUrlAreWrongUsage() {
        assertEquals(Main.USAGE, run("explain", "--trace", "4bf9"));
        assertTrue(err.toString().contains("'4bf9' is no trace id"), err.toString());
        assertEquals(Main.USAGE, run("explain", "--trace", TRACE, "http://order"));
    }

    @Test
    void detachTellsARefusalOfTheAgent() throws IOException {
        try (var agent = Answering.on(null, "HTTP/1.1 401 No\r\nContent-Length: 11\r\n\r\nNeeds token")) {
            assertEquals(Main.FAILED, run("detach", "--admin", agent.address()));
            assertTrue(agent.asked().startsWith("POST /detach HTTP/1.1"), agent.asked());
            assertEquals("weft detach: Needs token", err.toString().strip());
        }
    }

    @Test
    void detachNeedsExactlyOneApplication() {
        assertEquals(Main.USAGE, run("detach"));
        assertEquals(Main.USAGE, run("detach", "1", "--pid", "2"));
        long mine = ProcessHandle.current().pid();
        assertEquals(Main.UNREACHABLE, run("detach", Long.toString(mine)));
    }

    @Test
    void aSettingThatIsNoneIsRefusedBeforeAnythingIsAttached() {
        assertEquals(Main.USAGE, run("attach", "--agent", "x.jar", "--set", "service", "1"));
        assertTrue(err.toString().contains("--set 'service' is not KEY=VALUE"), err.toString());
        assertEquals(Main.USAGE, run("attach", "--agent", "no-such.jar", "1"));
        assertTrue(err.toString().contains("there is no agent no-such.jar"), err.toString());
    }
}
