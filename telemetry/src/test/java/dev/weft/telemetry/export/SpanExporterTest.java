package dev.weft.telemetry.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.trace.TraceContext;
import dev.weft.telemetry.Calls;
import dev.weft.telemetry.Calls.Manner;
import dev.weft.telemetry.ClientSpans;
import dev.weft.telemetry.Epoch;
import dev.weft.telemetry.Finished;
import dev.weft.telemetry.ServerSide;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import zipkin2.codec.SpanBytesDecoder;

/** Spans of real calls, sent over real sockets and read with the published messages. */
class SpanExporterTest {
    private static final long START = 1_767_225_600_000_000_000L;
    private static final Delivery.Patience IMPATIENT = new Delivery.Patience(3, 1_000_000, 1_000_000);
    private static final TraceContext CALLER = new TraceContext(0x11, 0x22, 0x33, true, "");

    private final Wiring wiring = new Wiring();

    @AfterEach
    void close() {
        wiring.close();
        assertEquals(List.of(), wiring.bugs);
    }

    private SpanExporter exporter(SpanExporter.Format format, Target target) {
        return new SpanExporter(format, target, 0, Wiring.FRONT, wiring.means, IMPATIENT);
    }

    private static Calls calls(Consumer<Finished> spans) {
        Calls calls = new Calls(new ClientSpans(new Epoch(() -> 1_000, () -> START), spans));
        calls.ambient.set(CALLER);
        return calls;
    }

    private static Map<String, Object> attributes(List<KeyValue> all) {
        Map<String, Object> map = new TreeMap<>();
        for (KeyValue one : all) {
            AnyValue value = one.getValue();
            map.put(one.getKey(), value.hasIntValue() ? (Object) value.getIntValue() : value.getStringValue());
        }
        return map;
    }

    private static byte[] bytes(long... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length);
        for (long number : numbers) {
            bytes.putLong(number);
        }
        return bytes.array();
    }

    @Test
    void aCallIsAnOtlpSpanWithOpenTelemetrysWords() throws Exception {
        try (Collector collector = Collector.start()) {
            SpanExporter exporter = exporter(SpanExporter.Format.OTLP, Wiring.target(collector.url("/v1/traces")));
            calls(exporter).retries(1).to(Manner.REFUSES, Manner.ANSWERS).get("/orders/1?token=secret");
            Collector.Received got = collector.next();
            exporter.close(Wiring.ENOUGH);

            assertEquals("/v1/traces", got.path());
            assertEquals("application/x-protobuf", got.header("content-type"));
            ResourceSpans resource =
                    ExportTraceServiceRequest.parseFrom(got.body()).getResourceSpans(0);
            assertEquals(
                    Map.of(
                            "service.name", "front",
                            "service.namespace", "shop",
                            "service.version", "v7",
                            "service.instance.id", "i-1",
                            "telemetry.sdk.name", "weft",
                            "telemetry.sdk.language", "java",
                            "telemetry.sdk.version", "0.1",
                            "deployment.environment.name", "test"),
                    attributes(resource.getResource().getAttributesList()));
            assertEquals("dev.weft", resource.getScopeSpans(0).getScope().getName());
            Span span = resource.getScopeSpans(0).getSpans(0);
            assertArrayEquals(bytes(0x11, 0x22), span.getTraceId().toByteArray());
            assertArrayEquals(bytes(0x33), span.getParentSpanId().toByteArray());
            assertEquals(8, span.getSpanId().size());
            assertEquals(Span.SpanKind.SPAN_KIND_CLIENT, span.getKind());
            assertEquals("GET", span.getName());
            assertEquals(START, span.getStartTimeUnixNano());
            assertTrue(span.getEndTimeUnixNano() >= START + 3_000_000, "three milliseconds passed");
            assertEquals(Status.StatusCode.STATUS_CODE_UNSET, span.getStatus().getCode());
            Map<String, Object> attributes = attributes(span.getAttributesList());
            assertEquals("http://order/orders/1", attributes.get("url.full"));
            assertEquals("GET", attributes.get("http.request.method"));
            assertEquals(200L, attributes.get("http.response.status_code"));
            assertEquals(1L, attributes.get("http.request.resend_count"));
            assertEquals("order", attributes.get("server.address"));
            assertEquals(80L, attributes.get("server.port"));
            assertEquals("127.0.0.1", attributes.get("network.peer.address"));
            assertEquals("all", attributes.get("weft.route"));
            assertEquals(Calls.CLUSTER, attributes.get("weft.cluster"));
            assertFalse(attributes.containsKey("error.type"));
            assertFalse(span.toString().contains("secret"));
            assertEquals(2, span.getEventsCount());
            Map<String, Object> first = attributes(span.getEvents(0).getAttributesList());
            assertEquals("weft.attempt", span.getEvents(0).getName());
            assertEquals("UNSENT", first.get("weft.outcome"));
            assertEquals(1L, first.get("weft.attempt"));
        }
    }

    @Test
    void aFailureHasItsTypeAndStatus() throws Exception {
        try (Collector collector = Collector.start()) {
            SpanExporter exporter = exporter(SpanExporter.Format.OTLP, Wiring.target(collector.url("/v1/traces")));
            Calls calls = calls(exporter).retries(0);
            calls.to(Manner.BREAKS).get("/");
            Span broken = span(collector.next());
            calls.to().get("/");
            Span refused = span(collector.next());
            calls.status(404).to(Manner.ANSWERS).run(new Calls.Asked("order", "PURGE", "/x", true));
            Span answered = span(collector.next());
            exporter.close(Wiring.ENOUGH);

            assertEquals(Status.StatusCode.STATUS_CODE_ERROR, broken.getStatus().getCode());
            assertEquals(
                    "java.io.IOException",
                    attributes(broken.getAttributesList()).get("error.type"));
            assertEquals("UC", attributes(broken.getAttributesList()).get("weft.response_flags"));
            assertEquals(
                    "weft.NO_ENDPOINT", attributes(refused.getAttributesList()).get("error.type"));
            assertTrue(refused.getStatus().getMessage().contains("has no endpoint"));
            assertEquals("404", attributes(answered.getAttributesList()).get("error.type"));
            assertEquals("_OTHER", attributes(answered.getAttributesList()).get("http.request.method"));
            assertEquals("PURGE", attributes(answered.getAttributesList()).get("http.request.method_original"));
            assertEquals(
                    "https://order/x", attributes(answered.getAttributesList()).get("url.full"));
            assertEquals("HTTP", answered.getName());
        }
    }

    private static Span span(Collector.Received got) throws IOException {
        return ExportTraceServiceRequest.parseFrom(got.body())
                .getResourceSpans(0)
                .getScopeSpans(0)
                .getSpans(0);
    }

    @Test
    void aServedRequestIsAServerSpan() throws Exception {
        try (Collector collector = Collector.start()) {
            SpanExporter exporter = exporter(SpanExporter.Format.OTLP, Wiring.target(collector.url("/v1/traces")));
            Calls calls = calls(exporter);
            ServerSide server = new ServerSide(
                    calls.ambient, calls.random, () -> 1_000, new Epoch(() -> 1_000, () -> START), exporter);
            Headers headers = name -> name.equals("traceparent") ? CALLER.traceparent() : null;
            server.begin("GET", "/p", headers).end(500, Outcome.SERVER_FAILURE, new IllegalStateException("x"));
            Span span = span(collector.next());
            exporter.close(Wiring.ENOUGH);
            assertEquals(Span.SpanKind.SPAN_KIND_SERVER, span.getKind());
            assertArrayEquals(bytes(0x33), span.getParentSpanId().toByteArray());
            assertEquals(0x301, span.getFlags(), "sampled, and its parent is remote");
            assertEquals(
                    "java.lang.IllegalStateException",
                    attributes(span.getAttributesList()).get("error.type"));
        }
    }

    @Test
    void zipkinReadsTheSameSpan() throws Exception {
        try (Collector collector = Collector.start().answers(202)) {
            SpanExporter exporter = exporter(SpanExporter.Format.ZIPKIN, Wiring.target(collector.url("/api/v2/spans")));
            calls(exporter).retries(1).to(Manner.REFUSES, Manner.REFUSES).get("/orders/1");
            Collector.Received got = collector.next();
            exporter.close(Wiring.ENOUGH);
            assertEquals("application/json", got.header("content-type"));
            zipkin2.Span span = SpanBytesDecoder.JSON_V2.decodeList(got.body()).get(0);
            assertEquals("00000000000000110000000000000022", span.traceId());
            assertEquals("0000000000000033", span.parentId());
            assertEquals(zipkin2.Span.Kind.CLIENT, span.kind());
            assertEquals("front", span.localServiceName());
            assertEquals("127.0.0.1", span.remoteEndpoint().ipv4());
            assertEquals(START / 1000, span.timestampAsLong());
            assertTrue(span.durationAsLong() >= 2000, "microseconds: " + span.durationAsLong());
            assertEquals("java.io.IOException: refused", span.tags().get("error"));
            assertEquals("UF,URX", span.tags().get("weft.response_flags"));
            assertEquals(2, span.annotations().size());
            assertTrue(span.annotations().get(0).value().contains("weft.outcome=UNSENT"));
            assertEquals(1, exporter.exported());
        }
    }

    @Test
    void headersAndCompressionAreAsConfigured() throws Exception {
        try (Collector collector = Collector.start()) {
            Target target = new Target(collector.url("/x?tenant=a"), Map.of("api-key", "k 1"), true, Wiring.ENOUGH);
            SpanExporter exporter = exporter(SpanExporter.Format.OTLP, target);
            calls(exporter).to(Manner.ANSWERS).get("/");
            Collector.Received got = collector.next();
            exporter.close(Wiring.ENOUGH);
            assertEquals("/x?tenant=a", got.path());
            assertEquals("k 1", got.header("api-key"));
            assertEquals("gzip", got.header("content-encoding"));
            assertEquals("GET", span(got).getName());
        }
    }

    @Test
    void theProxiesOfTheApplicationAreNotAsked() throws Exception {
        ProxySelector before = ProxySelector.getDefault();
        List<URI> asked = new CopyOnWriteArrayList<>();
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                asked.add(uri);
                return List.of(Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                asked.add(uri);
            }
        });
        try (Collector collector = Collector.start()) {
            SpanExporter exporter = exporter(SpanExporter.Format.OTLP, Wiring.target(collector.url("/")));
            calls(exporter).to(Manner.ANSWERS).get("/");
            collector.next();
            exporter.close(Wiring.ENOUGH);
        } finally {
            ProxySelector.setDefault(before);
        }
        assertEquals(List.of(), asked);
    }

    @Test
    void aBusyCollectorIsAskedAgain() throws Exception {
        try (Collector collector = Collector.start().answers(503, 429)) {
            SpanExporter exporter = exporter(SpanExporter.Format.OTLP, Wiring.target(collector.url("/")));
            calls(exporter).to(Manner.ANSWERS).get("/");
            byte[] first = collector.next().body();
            assertArrayEquals(first, collector.next().body());
            assertArrayEquals(first, collector.next().body());
            exporter.close(Wiring.ENOUGH);
            assertEquals(1, exporter.exported());
            assertEquals(List.of(), wiring.failures);
        }
    }

    @Test
    void aRefusalIsFinalAndSaid() throws Exception {
        try (Collector collector = Collector.start().answers(400)) {
            SpanExporter exporter = exporter(SpanExporter.Format.OTLP, Wiring.target(collector.url("/")));
            calls(exporter).to(Manner.ANSWERS).get("/");
            collector.next();
            exporter.close(Wiring.ENOUGH);
            assertEquals(0, collector.waiting());
            assertEquals(0, exporter.exported());
            assertEquals(1, wiring.failures.size());
            assertTrue(wiring.failures.get(0).endsWith("is lost: status 400"), wiring.failures.get(0));
        }
    }

    @Test
    void aCollectorThatIsAwayCostsTheSpansOnly() throws Exception {
        try (Socket taken = new Socket()) { // nobody listens there
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SpanExporter exporter = exporter(
                    SpanExporter.Format.OTLP, Wiring.target(URI.create("http://127.0.0.1:" + taken.getLocalPort())));
            calls(exporter).to(Manner.ANSWERS).get("/");
            exporter.close(Wiring.ENOUGH);
            assertEquals(0, exporter.exported());
        }
        assertTrue(wiring.failures.get(0).contains("ConnectException"), wiring.failures.get(0));
    }

    @Test
    void aCollectorThatNeverAnswersIsGivenUpInTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort());
            Target target = new Target(url, Map.of(), false, TimeUnit.MILLISECONDS.toNanos(50));
            SpanExporter exporter = exporter(SpanExporter.Format.OTLP, target);
            calls(exporter).to(Manner.ANSWERS).get("/");
            exporter.close(Wiring.ENOUGH);
            assertTrue(wiring.failures.get(0).contains("no answer in time"), wiring.failures.get(0));
        }
    }

    @Test
    void whileTheCollectorIsStuckCallsGoOnAndSpansAreDroppedAndCounted() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort());
            SpanExporter exporter = exporter(SpanExporter.Format.OTLP, Wiring.target(url));
            Calls calls = calls(exporter).to(Manner.ANSWERS);
            calls.get("/");
            try (Socket stuck = silent.accept()) {
                for (int i = 0; i < 3000; i++) {
                    calls.get("/");
                }
                assertEquals(3000 - 2048, exporter.dropped());
                exporter.close(TimeUnit.MILLISECONDS.toNanos(10));
                assertTrue(stuck.isConnected());
                wiring.threads.get(0).join(TimeUnit.NANOSECONDS.toMillis(Wiring.ENOUGH));
                assertFalse(wiring.threads.get(0).isAlive(), "the worker ends though nobody answers");
            }
        }
    }

    @Test
    void whatCanNotBeATargetIsRefusedByName() {
        for (String url : List.of("ftp://a", "/v1/traces", "http:///x")) {
            String why = assertThrows(IllegalArgumentException.class, () -> Wiring.target(URI.create(url)))
                    .getMessage();
            assertTrue(why.contains(url), why);
        }
        String user = assertThrows(
                        IllegalArgumentException.class, () -> Wiring.target(URI.create("http://u:secret@host/")))
                .getMessage();
        assertFalse(user.contains("secret"), user);
        String why = assertThrows(
                        IllegalArgumentException.class,
                        () -> new Target(URI.create("http://a"), Map.of("a", "b\r\nc: d"), false, 1))
                .getMessage();
        assertEquals("headers: a can't be sent", why);
    }
}
