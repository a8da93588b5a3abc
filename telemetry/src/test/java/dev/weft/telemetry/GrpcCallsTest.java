package dev.weft.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.adapt.Inbound.Served;
import dev.weft.engine.adapt.Peers;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Request;
import dev.weft.engine.call.Step;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.Transport;
import dev.weft.telemetry.Calls.Manner;
import dev.weft.telemetry.access.AccessLog;
import dev.weft.telemetry.access.AccessLogFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What metrics and spans say of gRPC, and of who speaks to whom. */
class GrpcCallsTest {
    private static final Headers GRPC = name -> name.equals("content-type") ? "application/grpc+proto" : null;

    private final MeshMetrics metrics = new MeshMetrics(100);
    private final List<Span> spans = new ArrayList<>();
    private final Calls calls = new Calls(
            metrics, new ClientSpans(new Epoch(() -> 0, () -> 0), call -> spans.add(call.span())), this::line);

    private final AtomicReference<@Nullable AccessLog> lines = new AtomicReference<>();

    private void line(Call call, @Nullable Flight delivered, long endedAt, int code, int flags) {
        AccessLog log = lines.get();
        if (log != null) {
            log.record(call, delivered, endedAt, code, flags);
        }
    }

    private record Grpc(String path) implements Request {
        @Override
        public String host() {
            return "order";
        }

        @Override
        public int port() {
            return 80;
        }

        @Override
        public boolean secure() {
            return false;
        }

        @Override
        public String method() {
            return "POST";
        }

        @Override
        public @Nullable String header(String name) {
            return GRPC.first(name);
        }

        @Override
        public boolean replayable() {
            return true;
        }
    }

    /** A call that is over with this head, where there is one, and this end. */
    private void call(@Nullable Head head, End end) {
        calls.retries(0).to(Manner.ANSWERS);
        Call call = calls.begin(new Grpc("/shop.Order/Place"));
        Attempt attempt = ((Step.Send) call.next(calls.now)).attempt();
        if (head != null) {
            call.head(attempt, head, calls.now);
        }
        call.end(attempt, end, calls.now);
        while (!(call.next(calls.now) instanceof Step.Idle)) {}
    }

    private ServerSide server() {
        return server(null);
    }

    private ServerSide server(@Nullable RequestRecorder recorder) {
        return new ServerSide(
                calls.ambient,
                calls.random,
                () -> calls.now,
                new Epoch(() -> calls.now, () -> calls.now),
                call -> spans.add(call.span()),
                metrics,
                recorder);
    }

    private List<Map<String, String>> samples() {
        Exposition out = new Exposition();
        metrics.write(MeshMetricsTest.FRONT, out);
        return PrometheusText.read(out.toString()).keySet().stream()
                .filter(key -> key.startsWith("istio_requests_total|"))
                .map(key -> List.of(key.split("\\|(?=[a-z_]+=)")).stream()
                        .skip(1)
                        .map(label -> label.split("=", 2))
                        .collect(Collectors.toMap(label -> label[0], label -> label[1])))
                .toList();
    }

    private String code() {
        Map<String, String> last = samples().get(samples().size() - 1);
        return last.get("request_protocol") + " " + last.get("response_code") + " " + last.get("grpc_response_status");
    }

    private static Map<String, String> attributes(Span span) {
        return span.attributes().stream().collect(Collectors.toMap(Attribute::name, Attribute::text));
    }

    private static Headers status(String said) {
        return name -> name.equals("grpc-status") ? said : null;
    }

    private String flags() {
        return samples().get(samples().size() - 1).get("response_flags");
    }

    @Test
    void theStatusOfACallIsTheOneInItsTrailers() {
        call(Head.http(200, Headers.NONE), End.complete(status("0")));
        assertEquals("grpc 200 0", code());
    }

    @Test
    void whatALibraryShowsOfItsTrailersIsRead() {
        call(Head.http(200, Headers.NONE), End.complete(status("7")));
        assertEquals("grpc 200 7", code());
    }

    @Test
    void whatALibraryKeepsToItselfIsNotMadeUp() {
        call(Head.http(200, Headers.NONE), End.COMPLETE);
        assertEquals("grpc 200 null", code());
    }

    @Test
    void aStatusThatGrpcHasNotIsUnknown() {
        call(Head.http(200, Headers.NONE), new End(Outcome.CALLER_FAULT, 77, null));
        assertEquals("grpc 200 2", code());
        server().begin("POST", "/shop.Order/Place", GRPC).end(200, 321, Outcome.CALLER_FAULT, null);
        assertEquals(
                List.of("2", "2"),
                samples().stream().map(row -> row.get("grpc_response_status")).toList());
    }

    /** Some clients have no head of an answer that the application reads itself; its status comes with the end. */
    @Test
    void anAnswerOfHttpWithoutAHeadIsCountedByItsStatus() {
        calls.retries(0).to(Manner.ANSWERS);
        Call call = calls.begin(new Calls.Asked("order", "POST", "/", false));
        Attempt attempt = ((Step.Send) call.next(calls.now)).attempt();
        call.head(attempt, new Head(0, Outcome.SUCCESS, Headers.NONE), calls.now);
        call.end(attempt, new End(Outcome.SERVER_FAILURE, 500, null), calls.now);
        while (!(call.next(calls.now) instanceof Step.Idle)) {}
        Exposition out = new Exposition();
        metrics.writeClusters(out);
        Map<String, Double> counted = PrometheusText.read(out.toString());
        assertEquals(
                1,
                counted.entrySet().stream()
                        .filter(row -> row.getKey().startsWith("weft_cluster_upstream_rq_xx|"))
                        .filter(row -> row.getKey().endsWith("response_code_class=5"))
                        .mapToDouble(Map.Entry::getValue)
                        .sum());
    }

    /** Its deadline is no time limit of the proxy's, and when it gives up its caller has not gone. */
    @Test
    void whatAnApplicationSaysInAStatusIsNoFlag() {
        server().begin("POST", "/shop.Order/Place", GRPC).end(200, 4, Outcome.DEADLINE, null);
        assertEquals("-", flags());
        server().begin("POST", "/shop.Order/Place", GRPC).end(0, GrpcCalls.UNTOLD, Outcome.CANCELLED, null);
        assertTrue(samples().stream().anyMatch(row -> "DC".equals(row.get("response_flags"))));
    }

    @Test
    void aCallThatFailedInItsTrailersHasAStatusOfItsOwnAndHttps200() {
        call(Head.http(200, Headers.NONE), new End(Outcome.UNAVAILABLE, 14, null));
        assertEquals("grpc 200 14", code());
    }

    @Test
    void anAnswerOfTrailersAloneSaysItInItsHead() {
        Headers status = name -> name.equals("grpc-status") ? "5" : null;
        call(new Head(0, Outcome.CALLER_FAULT, status), new End(Outcome.CALLER_FAULT, 5, null));
        assertEquals("grpc 200 5", code());
    }

    @Test
    void anAnswerThatIsNoneOfGrpcIsMadeOneOfItsStatuses() {
        call(Head.http(404, Headers.NONE), End.COMPLETE);
        assertEquals("grpc 404 12", code());
    }

    @Test
    void aCallWithoutAnAnswerHasTheStatusThatItsCallerSees() {
        call(null, End.failed(Outcome.CONNECT_FAILURE, new IOException("refused")));
        assertEquals("grpc 503 14", code());
    }

    @Test
    void aStreamThatWasResetHasTheStatusThatGrpcMakesOfIt() {
        call(null, new End(Outcome.RESET, 13, null));
        assertEquals("grpc 503 13", code());
    }

    @Test
    void aRefusalHasTheStatusThatItsCallerSees() {
        calls.to();
        Call call = calls.begin(new Grpc("/shop.Order/Place"));
        assertTrue(call.next(calls.now) instanceof Step.Reply);
        assertEquals("grpc 503 14", code());
        assertEquals("14", attributes(spans.get(0)).get("rpc.grpc.status_code"));
    }

    @Test
    void anAnswerThatBreaksOffIsNoSuccess() {
        call(Head.http(200, Headers.NONE), End.failed(Outcome.RESET, new IOException("broken")));
        assertEquals("grpc 200 14", code());
    }

    @Test
    void otherCallsHaveNoSuchLabel() {
        calls.to(Manner.ANSWERS).get("/shop.Order/Place");
        assertEquals("http", samples().get(0).get("request_protocol"));
        assertNull(samples().get(0).get("grpc_response_status"));
        assertFalse(attributes(spans.get(0)).containsKey("rpc.system"));
    }

    @Test
    void aSpanNamesServiceMethodAndStatus() {
        call(Head.http(200, Headers.NONE), new End(Outcome.UNAVAILABLE, 14, null));
        Map<String, String> said = attributes(spans.get(0));
        assertEquals("shop.Order/Place", spans.get(0).name());
        assertEquals("grpc", said.get("rpc.system"));
        assertEquals("shop.Order", said.get("rpc.service"));
        assertEquals("Place", said.get("rpc.method"));
        assertEquals("14", said.get("rpc.grpc.status_code"));
        assertEquals("200", said.get("http.response.status_code"));
        assertTrue(spans.get(0).failed());
    }

    @Test
    void aLineHasBothStatuses() {
        var out = new ByteArrayOutputStream();
        AccessLog log = new AccessLog(
                AccessLogFormat.text("%RESPONSE_CODE% %GRPC_STATUS_NUMBER%"),
                1,
                out::write,
                new Epoch(() -> 0, () -> 0),
                Thread::new,
                failure -> {},
                bug -> {
                    throw new AssertionError(bug);
                });
        lines.set(log);
        call(Head.http(200, Headers.NONE), new End(Outcome.UNAVAILABLE, 14, null));
        calls.to(Manner.ANSWERS).get("/");
        Served failed = server(log).begin("POST", "/shop.Order/Place", GRPC);
        failed.end(200, 8, Outcome.OVERLOADED, null);
        log.close(90_000_000_000L);
        assertEquals("200 14\n200 -\n200 8\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void onlyAPathOfServiceAndMethodBecomesTheNameOfASpan() {
        assertEquals("a.B/C", GrpcCalls.method("/a.B/C"));
        for (String path : List.of("/", "/a", "/a/", "//a", "/a/b/c", "a/b", "/a/b?c")) {
            assertNull(GrpcCalls.method(path), path);
        }
    }

    @Test
    void aServedRequestSaysTheSame() {
        Peers peers = new Peers(Peers.Security.MUTUAL_TLS, "spiffe://shop/front", "spiffe://shop/order");
        Served failed = server().begin("POST", "/shop.Order/Place", GRPC, "https", peers);
        failed.end(200, 8, Outcome.OVERLOADED, null);
        assertEquals("grpc 200 8", code());
        Map<String, String> sample = samples().get(0);
        assertEquals("mutual_tls", sample.get("connection_security_policy"));
        assertEquals("spiffe://shop/front", sample.get("source_principal"));
        assertEquals("spiffe://shop/order", sample.get("destination_principal"));
        Map<String, String> said = attributes(spans.get(0));
        assertEquals("shop.Order/Place", spans.get(0).name());
        assertEquals("https", said.get("url.scheme"));
        assertEquals("8", said.get("rpc.grpc.status_code"));
    }

    @Test
    void whatNobodyTellsIsNotMadeUp() {
        server().begin("POST", "/shop.Order/Place", GRPC).end(200, Outcome.SUCCESS, null);
        assertEquals("grpc 200 null", code());
        assertEquals("unknown", samples().get(0).get("connection_security_policy"));
        assertFalse(attributes(spans.get(0)).containsKey("url.scheme"));
        assertFalse(attributes(spans.get(0)).containsKey("rpc.grpc.status_code"));
    }

    @Test
    void callersOfOtherNamesAreCountedApart() {
        for (String name : List.of("spiffe://shop/a", "spiffe://shop/b", "spiffe://shop/a")) {
            server().begin("GET", "/", Headers.NONE, "https", new Peers(Peers.Security.MUTUAL_TLS, name, ""))
                    .end(200, Outcome.SUCCESS, null);
        }
        server().begin("GET", "/", Headers.NONE, "http", Peers.PLAINTEXT).end(200, Outcome.SUCCESS, null);
        assertEquals(
                List.of("unknown none", "spiffe://shop/a mutual_tls", "spiffe://shop/b mutual_tls"),
                samples().stream()
                        .map(one -> one.get("source_principal") + " " + one.get("connection_security_policy"))
                        .toList());
    }

    /** The name that its peer has to show is the one that it has shown. */
    @Test
    void aCallByTlsNamesThePeerThatItExpects() throws NoSuchAlgorithmException {
        secured("spiffe://shop/order");
        calls.get("/");
        assertEquals("spiffe://shop/order", samples().get(0).get("destination_principal"));
        assertEquals("unknown", samples().get(0).get("connection_security_policy"), "that is for the peer to say");
    }

    @Test
    void aCallThatMayMeetSeveralNamesNone() throws NoSuchAlgorithmException {
        secured("spiffe://shop/order", "spiffe://shop/other");
        calls.get("/");
        secured("spiffe://shop/*");
        calls.get("/");
        assertEquals(1, samples().size());
        assertEquals("unknown", samples().get(0).get("destination_principal"));
    }

    private void secured(String... names) throws NoSuchAlgorithmException {
        calls.to(Manner.ANSWERS);
        Snapshot plain = calls.engine.snapshot();
        Cluster cluster = plain.clusters().get(Calls.CLUSTER);
        Cluster secured = new Cluster(
                cluster.name(),
                cluster.balancer(),
                cluster.endpoints(),
                new Transport.Tls(SSLContext.getDefault(), "", List.of(names)),
                null,
                0,
                cluster.budget(),
                Long.MAX_VALUE);
        calls.engine.publish(new Snapshot("2", plain.directory(), plain.hosts(), Map.of(Calls.CLUSTER, secured)));
    }
}
