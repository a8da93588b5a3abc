package dev.weft.tomcat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.trace.TraceContext;
import dev.weft.telemetry.Attribute;
import dev.weft.telemetry.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.util.ServerInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TomcatTest {
    private static WovenTomcat woven;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        woven = new WovenTomcat();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() throws Exception {
        woven.close();
    }

    @AfterEach
    void nothingStaysBehind() {
        woven.workload.draining = false;
        woven.workload.late = false;
        eventually("no request in flight", () -> woven.server.inFlight() == 0);
        assertEquals(List.of(), woven.leaks, "traces left on threads");
        woven.weaver.assertWoven();
    }

    private static void eventually(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("never came true: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** A caller's place in a trace of its own. */
    private static TraceContext caller() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new TraceContext(random.nextLong() | 1, random.nextLong() | 1, random.nextLong() | 1, true, "");
    }

    private static HttpRequest get(String path, TraceContext caller) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + woven.port() + path))
                .header("traceparent", caller.traceparent())
                .build();
    }

    private static HttpResponse<String> send(String path, TraceContext caller) throws Exception {
        return client.send(get(path, caller), BodyHandlers.ofString());
    }

    private static Span span(TraceContext caller) {
        eventually(
                "a span of the trace",
                () -> !woven.spans.trace(caller.traceId()).isEmpty());
        List<Span> found = woven.spans.trace(caller.traceId());
        assertEquals(1, found.size());
        Span span = found.get(0);
        assertEquals(caller.spanId(), span.parentId());
        assertEquals(Span.Kind.SERVER, span.kind());
        return span;
    }

    private static long status(Span span) {
        for (Attribute attribute : span.attributes()) {
            if (attribute instanceof Attribute.Count count && count.name().equals("http.response.status_code")) {
                return count.value();
            }
        }
        throw new AssertionError("no status in " + span);
    }

    @Test
    void theVersionUnderTestIsTheOneMeant() {
        String expected = System.getProperty("tomcat.expected", "");
        assertTrue(ServerInfo.getServerNumber().startsWith(expected), ServerInfo.getServerNumber());
    }

    @Test
    void aRequestContinuesItsCallersTrace() throws Exception {
        TraceContext caller = caller();
        HttpResponse<String> answer = send("/ok?q=1", caller);
        Span span = span(caller);
        assertEquals(span.context().traceparent(), answer.body());
        assertEquals(200, status(span));
        assertFalse(span.failed());
        assertTrue(span.attributes().contains(new Attribute.Text("url.path", "/ok")));
    }

    @Test
    void anErrorAnswerIsSeenWithItsStatus() throws Exception {
        TraceContext caller = caller();
        assertEquals(503, send("/error", caller).statusCode());
        Span span = span(caller);
        assertEquals(503, status(span));
        assertTrue(span.failed());
    }

    @Test
    void anExceptionIsSeenWithItsCause() throws Exception {
        TraceContext caller = caller();
        assertEquals(500, send("/throws", caller).statusCode());
        Span span = span(caller);
        assertEquals(500, status(span));
        assertTrue(span.why().contains("boom"), span.why());
    }

    @Test
    void anUnknownPathIsTheCallersFault() throws Exception {
        TraceContext caller = caller();
        assertEquals(404, send("/nowhere", caller).statusCode());
        Span span = span(caller);
        assertEquals(404, status(span));
        assertFalse(span.failed());
    }

    @Test
    void anAsynchronousRequestEndsWhenItsAnswerIsComplete() throws Exception {
        TraceContext caller = caller();
        HttpResponse<String> answer = send("/async", caller);
        Span span = span(caller);
        assertEquals(201, answer.statusCode());
        assertEquals(201, status(span));
        assertEquals(span.context().traceparent(), answer.body());
    }

    @Test
    void anAsynchronousDispatchTakesTheTraceUpAgain() throws Exception {
        TraceContext caller = caller();
        HttpResponse<String> answer = send("/dispatch", caller);
        String place = span(caller).context().traceparent();
        assertEquals(place + " " + place, answer.body());
    }

    @Test
    void anAsynchronousTimeoutEndsTheRequest() throws Exception {
        TraceContext caller = caller();
        assertEquals(500, send("/timeout", caller).statusCode());
        assertEquals(500, status(span(caller)));
    }

    @Test
    void aClientThatGoesAwayLeavesNothingInFlight() throws Exception {
        long before = woven.server.total();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), woven.port())) {
            write(socket, "GET /timeout HTTP/1.1\r\nHost: a\r\n\r\n");
            eventually("the request arrived", () -> woven.server.total() > before);
        }
        eventually("it ended", () -> woven.server.inFlight() == 0);
    }

    @Test
    void requestsOnOneConnectionHaveSpansOfTheirOwn() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), woven.port())) {
            Set<String> places = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                TraceContext caller = caller();
                write(socket, "GET /ok HTTP/1.1\r\nHost: a\r\ntraceparent: " + caller.traceparent() + "\r\n\r\n");
                String answer = answer(socket.getInputStream());
                assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
                String place = answer.substring(answer.indexOf("\r\n\r\n")).strip();
                assertEquals(span(caller).context().traceparent(), place);
                places.add(place);
            }
            assertEquals(5, places.size());
        }
    }

    @Test
    void whileDrainingEachConnectionIsClosedAfterItsAnswer() throws Exception {
        for (String path : List.of("/ok", "/async", "/nowhere")) {
            woven.workload.draining = false;
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), woven.port())) {
                write(socket, "GET /ok HTTP/1.1\r\nHost: a\r\n\r\n");
                assertFalse(
                        answer(socket.getInputStream()).toLowerCase(Locale.ROOT).contains("connection: close"));
                woven.workload.draining = true;
                write(socket, "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
                String rest = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                assertTrue(rest.toLowerCase(Locale.ROOT).contains("connection: close"), path + ": " + rest);
            }
        }
    }

    @Test
    void http2IsServedWithoutAConnectionHeader() throws Exception {
        HttpClient http2 =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        TraceContext first = caller();
        http2.send(get("/ok", first), BodyHandlers.ofString());
        woven.workload.draining = true;
        TraceContext second = caller();
        HttpResponse<String> answer = http2.send(get("/async", second), BodyHandlers.ofString());
        assertEquals(HttpClient.Version.HTTP_2, answer.version());
        assertEquals(201, answer.statusCode());
        assertFalse(answer.headers().firstValue("connection").isPresent());
        assertEquals(200, status(span(first)));
        assertEquals(201, status(span(second)));
    }

    @Test
    void aThousandRequestsAtOnceAreCountedAndKeptApart() throws Exception {
        int many = 1000;
        woven.parked.clear();
        List<TraceContext> callers = new ArrayList<>();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            TraceContext caller = caller();
            callers.add(caller);
            answers.add(client.sendAsync(get("/park", caller), BodyHandlers.ofString()));
        }
        eventually("all have arrived", () -> woven.parked.size() == many);
        assertEquals(many, woven.server.inFlight());
        woven.parked.forEach(async -> woven.others.execute(() -> WovenTomcat.finish(async, 200, "x")));
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertEquals(200, answer.get(60, TimeUnit.SECONDS).statusCode());
        }
        for (TraceContext caller : callers) {
            assertEquals(200, status(span(caller)));
        }
    }

    @Test
    void onlyHttpConnectorsAreReportedAndOnlyOnceTheyListen() throws Exception {
        assertEquals("http:" + woven.port(), woven.workload.listening.get(0));
        int before = woven.workload.listening.size();
        Connector ajp = new Connector("AJP/1.3");
        ajp.setPort(0);
        ajp.setProperty("address", "127.0.0.1");
        ajp.setProperty("secretRequired", "false");
        Connector second = new Connector();
        second.setPort(0);
        second.setProperty("address", "127.0.0.1");
        woven.tomcat.getService().addConnector(ajp);
        woven.tomcat.getService().addConnector(second);
        assertEquals(before + 1, woven.workload.listening.size());
        assertEquals("http:" + second.getLocalPort(), woven.workload.listening.get(before));
        assertNotEquals(0, second.getLocalPort());
        woven.tomcat.getService().removeConnector(ajp);
        woven.tomcat.getService().removeConnector(second);
    }

    @Test
    void aRequestTellsAnAgentThatCameLateItsPortOnce() throws Exception {
        List<String> told = woven.workload.listening;
        int before = told.size();
        assertEquals(200, send("/ok", caller()).statusCode());
        assertEquals(before, told.size(), "an agent that was there in time knows it");
        woven.workload.late = true;
        assertEquals(200, send("/ok", caller()).statusCode());
        assertEquals(200, send("/ok", caller()).statusCode());
        assertEquals(List.of("http:" + woven.port()), told.subList(before, told.size()));
    }

    @Test
    void anAgentThatComesLateTellsHowManyRequestsAreBeingServed() throws Exception {
        assertEquals(List.of(), requestsOutside());
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            answers.add(client.sendAsync(get("/hold", caller()), BodyHandlers.ofString()));
        }
        eventually("both are being served", () -> woven.holding.threads.get() == 2);
        assertEquals(List.of("Tomcat: 2 requests being served, neither counted nor traced"), requestsOutside());
        woven.holding.letGo.countDown();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertEquals(200, answer.get(60, TimeUnit.SECONDS).statusCode());
        }
    }

    private static List<String> requestsOutside() {
        woven.weaver.catchUp();
        return woven.weaver.report().outside().stream()
                .filter(line -> line.startsWith("Tomcat: "))
                .toList();
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** One answer with a Content-Length or none. */
    private static String answer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("closed after: " + head);
            }
            head.append((char) b);
        }
        String lower = head.toString().toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length:");
        int length = at < 0
                ? 0
                : Integer.parseInt(
                        lower.substring(at + 15, lower.indexOf('\r', at)).strip());
        return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }
}
