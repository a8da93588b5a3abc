package dev.weft.telemetry.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.trace.Ambient;
import dev.weft.telemetry.Calls;
import dev.weft.telemetry.Calls.Manner;
import dev.weft.telemetry.Epoch;
import dev.weft.telemetry.MeshMetrics;
import dev.weft.telemetry.ServerSide;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLogTest {
    private static final long ENOUGH = TimeUnit.SECONDS.toNanos(90);
    private static final long MIDNIGHT = 1_767_225_600_000_000_000L; // 2026-01-01T00:00:00Z

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<String> failures = new ArrayList<>();

    @TempDir
    Path directory;

    private AccessLog log(AccessLogFormat format, LogOutput output) {
        return log(format, 1, output);
    }

    private AccessLog log(AccessLogFormat format, double sample, LogOutput output) {
        return new AccessLog(
                format,
                sample,
                output,
                new Epoch(() -> 1_000, () -> MIDNIGHT + 5_000_000),
                Thread::new,
                failures::add,
                bug -> {
                    throw new AssertionError(bug);
                });
    }

    private String lines(String format, Manner... endpoints) {
        AccessLog log = log(AccessLogFormat.text(format), out::write);
        new Calls(new Ambient(() -> true), null, log).to(endpoints).get("/orders/1?token=secret");
        log.close(ENOUGH);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theDefaultLineTellsWhoAskedWhomForWhat() {
        assertEquals(
                "[2026-01-01T00:00:00.005Z] \"GET /orders/1\" 200 - via_upstream \"-\" 2"
                        + " \"test \\x221\\x22\\x0a\" \"-\" \"order\" \"127.0.0.1:1\" " + Calls.CLUSTER + " all 1 -\n",
                lines(AccessLogFormat.DEFAULT, Manner.ANSWERS));
    }

    @Test
    void aFailureIsToldInEnvoysWords() {
        assertEquals(
                "503 UF,URX upstream_reset_before_response_started{connection_failure} java.io.IOException: refused 3\n",
                lines(
                        "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%"
                                + " %UPSTREAM_TRANSPORT_FAILURE_REASON% %UPSTREAM_REQUEST_ATTEMPT_COUNT%",
                        Manner.REFUSES, Manner.REFUSES, Manner.REFUSES));
    }

    @Test
    void istiosDefaultFormatWorks() {
        String istio = "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE%"
                + " %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS%"
                + " \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\" %BYTES_RECEIVED% %BYTES_SENT% %DURATION%"
                + " %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\""
                + " \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER%"
                + " %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS%"
                + " %REQUESTED_SERVER_NAME% %ROUTE_NAME%";
        assertEquals(
                "[2026-01-01T00:00:00.005Z] \"GET /orders/1 -\" 200 - via_upstream - \"-\" - - 2 - \"-\""
                        + " \"test \\x221\\x22\\x0a\" \"-\" \"order\" \"127.0.0.1:1\" " + Calls.CLUSTER
                        + " - - - - all\n",
                lines(istio, Manner.ANSWERS));
    }

    @Test
    void headersOfBothSidesAlternativesLengthsAndPercentSigns() {
        assertEquals(
                "b tes GET% 100%\n",
                lines("%RESP(X-Served-By)% %REQ(x-none?User-Agent):3% %REQ(:METHOD)%%% 100%%", Manner.ANSWERS));
    }

    @Test
    void jsonIsOneObjectForEachCall() throws IOException {
        AccessLog log = log(AccessLogFormat.json(), out::write);
        Calls calls = new Calls(new Ambient(() -> true), null, log).to(Manner.ANSWERS);
        calls.get("/a\"b");
        calls.to().get("/");
        log.close(ENOUGH);
        String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
        assertEquals(
                "{\"start_time\":\"2026-01-01T00:00:00.005Z\",\"method\":\"GET\",\"authority\":\"order\","
                        + "\"path\":\"/a\\\"b\",\"response_code\":200,\"response_flags\":\"-\","
                        + "\"response_code_details\":\"via_upstream\",\"upstream_transport_failure_reason\":null,"
                        + "\"duration\":2,\"user_agent\":\"test \\\"1\\\"\\n\",\"request_id\":null,"
                        + "\"upstream_host\":\"127.0.0.1:1\",\"upstream_cluster\":\"" + Calls.CLUSTER + "\","
                        + "\"upstream_request_attempt_count\":1,\"route_name\":\"all\",\"trace_id\":null}",
                lines[0]);
        assertTrue(lines[1].contains("\"response_flags\":\"UH\""), lines[1]);
        assertEquals(2, lines.length);
    }

    @Test
    void anObjectsTextsAreFormatsAndWhatIsANumberStaysOne() {
        AccessLog log = log(AccessLogFormat.json("""
                {"took": "%DURATION%", "code": "%RESPONSE_CODE%", "in": "%BYTES_RECEIVED%",
                 "who": {"agent \\u00e4": "%REQUEST_HEADER(USER-AGENT):6%", "none": "%REQ(X-NONE)%"},
                 "line": "%REQ(:METHOD)% %REQ(X-NONE)% at 100%%", "fixed": ["a\\"b%%", 1.5, true, null, {}], "n": -1e3}
                """), out::write);
        new Calls(new Ambient(() -> true), null, log).to(Manner.ANSWERS).get("/");
        log.close(ENOUGH);
        assertEquals(
                "{\"took\":2,\"code\":200,\"in\":null,\"who\":{\"agent \u00e4\":\"test \\\"\",\"none\":null},"
                        + "\"line\":\"GET - at 100%\",\"fixed\":[\"a\\\"b%\",1.5,true,null,{}],\"n\":-1e3}\n",
                out.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "\"%DURATION%\"",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\":01}",
                "{\"a\":nul}",
                "{\"a\":\"x}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":1} b",
                "{\"a\":{\"b\":1}",
                "{\"a\":\"%NOPE%\"}"
            })
    void whatIsNoObjectOfFormatsIsRefused(String template) {
        assertThrows(IllegalArgumentException.class, () -> AccessLogFormat.json(template));
    }

    @Test
    void nestingHasAnEnd() {
        String deep = "{\"a\":" + "[".repeat(10_000);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> AccessLogFormat.json(deep))
                .getMessage()
                .contains("nested"));
    }

    @Test
    void ofASampleTheLinesOfATraceAreAllThereOrNone() {
        AccessLog log = log(AccessLogFormat.text("%TRACE_ID%"), 0.25, out::write);
        Ambient ambient = new Ambient(() -> false);
        Calls calls = new Calls(ambient, null, log).to(Manner.ANSWERS);
        ServerSide server = new ServerSide(
                ambient,
                calls.random,
                () -> 1_000,
                new Epoch(() -> 1_000, () -> 0),
                span -> {},
                new MeshMetrics(10),
                log);
        for (int i = 0; i < 1000; i++) {
            var served = server.begin("GET", "/", name -> null);
            calls.get("/a");
            calls.get("/b");
            served.end(200, Outcome.SUCCESS, null);
        }
        log.close(ENOUGH);
        var byTrace = out.toString(StandardCharsets.UTF_8)
                .lines()
                .collect(Collectors.groupingBy(id -> id, Collectors.counting()));
        assertEquals(Set.of(3L), Set.copyOf(byTrace.values()));
        assertTrue(byTrace.size() > 200 && byTrace.size() < 300, byTrace.size() + " traces of 1000");
    }

    @Test
    void whatFailsIsLoggedWhateverTheSample() {
        AccessLog log = log(AccessLogFormat.text("%RESPONSE_CODE% %RESPONSE_FLAGS%"), 0, out::write);
        Calls calls = new Calls(log).retries(0).to(Manner.ANSWERS);
        calls.get("/");
        calls.status(404).get("/");
        calls.to(Manner.FAILS).get("/");
        calls.to(Manner.REFUSES).get("/");
        calls.to().get("/");
        ServerSide server = new ServerSide(
                new Ambient(() -> true),
                Calls.random(),
                () -> 1_000,
                new Epoch(() -> 1_000, () -> 0),
                span -> {},
                new MeshMetrics(10),
                log);
        server.begin("GET", "/", name -> null).end(200, Outcome.SUCCESS, null);
        server.begin("GET", "/", name -> null).end(500, Outcome.SERVER_FAILURE, null);
        log.close(ENOUGH);
        assertEquals(
                List.of("503 -", "503 UF", "503 UH", "500 -"),
                out.toString(StandardCharsets.UTF_8).lines().toList());
    }

    @Test
    void whoIsToldOfRequestsMayChangeWhileTheyRun() {
        AccessLog first = log(AccessLogFormat.text("first %REQ(X-A)%"), out::write);
        AccessLog second = log(AccessLogFormat.text("second %REQ(:AUTHORITY)%"), out::write);
        ServerSide server = new ServerSide(
                new Ambient(() -> true),
                Calls.random(),
                () -> 1_000,
                new Epoch(() -> 1_000, () -> 0),
                span -> {},
                new MeshMetrics(10),
                first);
        Headers headers = name -> name.equals("host") ? "shop" : "1";
        var before = server.begin("GET", "/", headers);
        server.add(second);
        var both = server.begin("GET", "/", headers);
        server.remove(first);
        before.end(200, Outcome.SUCCESS, null);
        both.end(200, Outcome.SUCCESS, null);
        server.begin("GET", "/", headers).end(200, Outcome.SUCCESS, null);
        first.close(ENOUGH);
        second.close(ENOUGH);
        assertEquals(
                List.of("first 1", "first 1", "second shop", "second shop"),
                out.toString(StandardCharsets.UTF_8).lines().sorted().toList());
    }

    @Test
    void servedRequestsAreLoggedToo() {
        AccessLog log = log(
                AccessLogFormat.text("%REQ(:METHOD)% %REQ(:AUTHORITY)%%REQ(:PATH)% %RESPONSE_CODE% %REQ(X-A)%"
                        + " %UPSTREAM_CLUSTER% %TRACE_ID%"),
                out::write);
        ServerSide server = new ServerSide(
                new Ambient(() -> false),
                Calls.random(),
                () -> 1_000,
                new Epoch(() -> 1_000, () -> MIDNIGHT),
                span -> {},
                new MeshMetrics(10),
                log);
        Headers headers = name -> switch (name) {
            case "host" -> "shop:8080";
            case "x-a" -> "1";
            case "traceparent" -> "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
            default -> null;
        };
        server.begin("GET", "/p?q", headers).end(204, Outcome.SUCCESS, null);
        log.close(ENOUGH);
        assertEquals(
                "GET shop:8080/p 204 1 inbound 0af7651916cd43dd8448eb211c80319c\n",
                out.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%NOT_ONE%",
                "%START_TIME",
                "%REQ()%",
                "%REQ(A?B?C)%",
                "%REQ(A):x%",
                "%REQ(A):0%",
                "%REQ(A):%",
                "%RESP(:PATH)%",
                "%REQ(:STATUS)%",
                "%REQ(A%",
                "%DYNAMIC_METADATA(a)%",
                "%start_time%"
            })
    void whatIsNoOperatorIsRefusedByName(String format) {
        String why = assertThrows(IllegalArgumentException.class, () -> AccessLogFormat.text("x " + format))
                .getMessage();
        assertTrue(why.contains(format.replace("%", "")), why);
    }

    @Test
    void aFullFileMakesRoomForANewOne() throws IOException {
        Path file = directory.resolve("access.log");
        LogOutput output = LogOutput.file(file, 10);
        for (String line : List.of("1234\n", "5678\n", "9\n")) {
            output.write(line.getBytes(StandardCharsets.UTF_8));
        }
        assertEquals("9\n", Files.readString(file));
        assertEquals("1234\n5678\n", Files.readString(directory.resolve("access.log.1")));
    }

    @Test
    void aFileThatCanNotBeWrittenCostsItsLinesAndIsSaid() {
        AccessLog log = log(
                AccessLogFormat.text("x"),
                LogOutput.file(directory.resolve("absent").resolve("x"), 1000));
        new Calls(log).to(Manner.ANSWERS).get("/");
        log.close(ENOUGH);
        assertEquals(1, log.dropped());
        assertTrue(failures.get(0).contains("absent"), failures.get(0));
    }

    @Test
    void callsDoNotWaitForAnOutputThatIsStuck() throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        AccessLog log = log(AccessLogFormat.text("x"), lines -> {
            inside.countDown();
            try {
                stuck.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        Calls calls = new Calls(log).to(Manner.ANSWERS);
        calls.get("/");
        assertTrue(inside.await(90, TimeUnit.SECONDS));
        for (int i = 0; i < 10_000; i++) {
            calls.get("/");
        }
        assertTrue(log.dropped() >= 10_000 - 8192, log.dropped() + " lines were dropped");
        assertFalse(log.dropped() == 10_000);
        stuck.countDown();
        log.close(ENOUGH);
    }
}
