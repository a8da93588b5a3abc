package dev.weft.adapters.okhttp;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.contract.Papers;
import dev.weft.contract.Peer;
import dev.weft.contract.Received;
import dev.weft.contract.Rig;
import dev.weft.contract.Rules;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.trace.TraceContext;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import okhttp3.Address;
import okhttp3.Authenticator;
import okhttp3.Cache;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.CertificatePinner;
import okhttp3.Dispatcher;
import okhttp3.Dns;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What only this client has: interceptors, listeners, its cache, pins, its own retries, its cancelling. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OkHttpOwnTest {
    private static final String URL = "http://" + Rig.NAME + "/";
    private static final TraceContext TRACE =
            Objects.requireNonNull(TraceContext.parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null));

    @TempDir
    private static Path folder;

    private Rig rig;
    private OkHttpClient client;

    @BeforeAll
    void weave() {
        rig = new Rig(new OkHttp(false));
    }

    @AfterAll
    void unweave() {
        rig.close();
    }

    @BeforeEach
    void reset() {
        rig.reset();
        client = new OkHttpClient();
    }

    private static Request get(String url) {
        return new Request.Builder().url(url).build();
    }

    private static String text(OkHttpClient client, String url) throws IOException {
        try (Response answer = client.newCall(get(url)).execute()) {
            return answer.code() + " " + answer.body().string();
        }
    }

    @Test
    void theVersionUnderTestIsTheOneMeant() throws Exception {
        try (var outside = Peer.saying("seen")) {
            assertEquals("200 seen", text(client, "http://localhost:" + outside.port() + "/"));
            assertEquals(
                    "okhttp/" + System.getProperty("okhttp.version"),
                    outside.received().get(0).header("user-agent"));
        }
    }

    /** Interceptors and the callback run for the trace too, and the thread is left to the next call without it. */
    @Test
    void theWholeRunOfAnEnqueuedCallIsOfItsTrace() throws Exception {
        TraceContext trace = Objects.requireNonNull(
                TraceContext.parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null));
        client = new OkHttpClient.Builder()
                .dispatcher(new Dispatcher(Executors.newSingleThreadExecutor()))
                .addInterceptor(chain -> {
                    text(new OkHttpClient(), URL + "token");
                    return chain.proceed(chain.request());
                })
                .build();
        try (var peer = Peer.saying("hi")) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            rig.ambient().set(TRACE);
            try {
                enqueued(URL + "of-trace");
            } finally {
                rig.ambient().set(null);
            }
            enqueued(URL + "of-none");
            List<String> traced = peer.received().stream()
                    .filter(request ->
                            String.valueOf(request.header("traceparent")).contains(TRACE.traceId()))
                    .map(Received::target)
                    .toList();
            assertEquals(List.of("/token", "/of-trace", "/after/of-trace"), traced);
            assertEquals(6, peer.received().size());
        }
        client.dispatcher().executorService().shutdown();
        rig.assertHealthy();
    }

    /** A call whose callback makes another. */
    private void enqueued(String url) throws Exception {
        CompletableFuture<String> after = new CompletableFuture<>();
        client.newCall(get(url)).enqueue(new Callback() {
            @Override
            public void onFailure(Call call, IOException failure) {
                after.completeExceptionally(failure);
            }

            @Override
            public void onResponse(Call call, Response answer) throws IOException {
                answer.close();
                after.complete(text(new OkHttpClient(), url.replace(URL, URL + "after/")));
            }
        });
        assertEquals("200 hi", after.get(60, TimeUnit.SECONDS));
    }

    @Test
    void theLibrarysOwnRetriesAreOffForCallsOfTheMeshOnly() throws Exception {
        Peer.Script script = (request, out) -> out.header("Retry-After", "0").text(503, "busy");
        try (var busy = Peer.plain(script);
                var outside = Peer.plain(script)) {
            rig.publish(Rules.snapshot(Rules.of(busy.endpoint())));
            assertEquals("503 busy", text(client, URL));
            assertEquals(1, busy.received().size());
            rig.publish(
                    Rules.snapshot(Rules.of(busy.endpoint(), busy.endpoint()).retrying()));
            assertEquals("503 busy", text(client, URL));
            assertEquals(4, busy.received().size());
            assertEquals("503 busy", text(client, "http://localhost:" + outside.port() + "/"));
            assertEquals(2, outside.received().size(), "the library repeats by itself elsewhere");
        }
        rig.assertHealthy();
    }

    @Test
    void aPostWhoseConnectionBreaksIsNotSentAgain() throws Exception {
        try (var broken = Peer.plain((request, out) -> {
            if (request.method().equals("POST")) {
                throw new IOException("gone");
            }
            out.text(200, "ok");
        })) {
            rig.publish(Rules.snapshot(Rules.of(broken.endpoint()).retrying()));
            assertEquals(
                    "200 ok", text(client, URL)); // the POST goes over a kept connection, where the library retries
            var post = new Request.Builder()
                    .url(URL)
                    .post(RequestBody.create(null, "order"))
                    .build();
            assertThrows(IOException.class, () -> client.newCall(post).execute());
            assertEquals(2, broken.received().size());
        }
        rig.assertHealthy();
    }

    @Test
    void applicationInterceptorsAndListenersSeeOneCallNetworkInterceptorsEachAttempt() throws Exception {
        try (var sick = Peer.plain((request, out) -> out.text(503, "sick"));
                var well = Peer.saying("well");
                var elsewhere = Peer.saying("elsewhere")) {
            rig.publish(
                    Rules.snapshot(Rules.of(sick.endpoint(), well.endpoint()).retrying()));
            var outer = new AtomicInteger();
            var inner = new CopyOnWriteArrayList<Integer>();
            var told = new CopyOnWriteArrayList<String>();
            var calls = new CopyOnWriteArrayList<Call>();
            var plain = new OkHttpClient();
            var watched = client.newBuilder()
                    .addInterceptor(chain -> {
                        outer.incrementAndGet();
                        calls.add(chain.call());
                        return chain.proceed(chain.request());
                    })
                    .addNetworkInterceptor(chain -> {
                        calls.add(chain.call());
                        // What an interceptor asks for meanwhile is nothing of this attempt's.
                        assertEquals("200 elsewhere", text(plain, "http://localhost:" + elsewhere.port() + "/"));
                        Response answer = chain.proceed(chain.request());
                        inner.add(answer.code());
                        assertEquals(
                                Rig.NAME,
                                chain.connection().route().address().url().host());
                        return answer;
                    })
                    .eventListener(new EventListener() {
                        @Override
                        public void callStart(Call call) {
                            told.add("start");
                        }

                        @Override
                        public void connectStart(Call call, InetSocketAddress address, java.net.Proxy proxy) {
                            told.add("connect " + address.getPort());
                        }

                        @Override
                        public void callEnd(Call call) {
                            told.add("end");
                        }
                    })
                    .build();
            while (!inner.contains(503)) {
                inner.clear();
                outer.set(0);
                told.clear();
                calls.clear();
                assertEquals("200 well", text(watched, URL));
            }
            assertEquals(1, outer.get());
            assertEquals(List.of(503, 200), inner);
            assertEquals(1, calls.stream().distinct().count());
            assertEquals("start", told.get(0));
            assertEquals("end", told.get(told.size() - 1));
            assertTrue(told.contains("connect " + sick.port()), told::toString);
            assertEquals(1, told.stream().filter("end"::equals).count());
        }
        rig.assertHealthy();
    }

    @Test
    void whatTheCacheAnswersIsNoCall() throws Exception {
        try (var peer = Peer.plain(
                (request, out) -> out.header("Cache-Control", "max-age=60").text(200, "kept"))) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            try (var cache = new Cache(folder.resolve("cache").toFile(), 1 << 20)) {
                var caching = client.newBuilder().cache(cache).build();
                assertEquals("200 kept", text(caching, URL));
                assertEquals("200 kept", text(caching, URL));
            }
            assertEquals(1, peer.received().size());
            rig.awaitFinished(1);
        }
        rig.assertHealthy();
    }

    @Test
    void cancellingEndsACallThatWaitsBetweenAttempts() throws Exception {
        try (var sick = Peer.plain((request, out) -> out.text(503, "sick"))) {
            rig.publish(Rules.snapshot(Rules.of(sick.endpoint()).retryingAfterPauses(Duration.ofHours(1))));
            var call = client.newCall(get(URL));
            var failure = new AtomicReference<@Nullable Throwable>();
            var caller = new Thread(
                    () -> {
                        try (Response answer = call.execute()) {
                            failure.set(new AssertionError("answered " + answer.code()));
                        } catch (IOException thrown) {
                            failure.set(thrown);
                        }
                    },
                    "caller");
            caller.setDaemon(true);
            caller.start();
            Rig.await(
                    "the first attempt is answered",
                    () -> caller.getState() == Thread.State.TIMED_WAITING
                            && sick.received().size() == 1);
            call.cancel();
            Rig.await("the call ends", () -> failure.get() != null);
            assertEquals("Canceled", failure.get().getMessage());
            assertEquals(1, sick.received().size());
            rig.awaitFinished(1);
        }
        rig.assertHealthy();
    }

    @Test
    void theCallsOwnTimeLimitIsOneForAllAttempts() throws Exception {
        try (var prompt = Peer.saying("prompt");
                var slow = Peer.plain((request, out) -> out.hang())) {
            rig.publish(Rules.snapshot(Rules.of(prompt.endpoint())));
            Duration limit = Rig.ample(Duration.ofMillis(300), () -> text(client, URL));
            rig.publish(Rules.snapshot(Rules.of(slow.endpoint()).retrying()));
            var limited = client.newBuilder()
                    .callTimeout(limit)
                    .readTimeout(0, TimeUnit.SECONDS)
                    .build();
            var late = assertThrows(InterruptedIOException.class, () -> text(limited, URL));
            // The library's own words or ours, whoever looks at the clock first.
            assertTrue(late instanceof SocketTimeoutException || "timeout".equals(late.getMessage()), late.toString());
            assertEquals(1, slow.received().size());
            Rig.await("the connection is closed", () -> slow.open() == 0);
        }
        rig.assertHealthy();
    }

    @Test
    void anEndpointThatNeverFinishesItsHandshakeMeetsTheLimitOfATry() throws Exception {
        var mesh = new Transport.Tls(Papers.context(Papers.CLIENT, Papers.WORKLOAD), "", List.of());
        try (var mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var peer = Peer.tls(
                        Papers.context(Papers.WORKLOAD, Papers.CLIENT),
                        true,
                        (request, out) -> out.text(200, "safe"))) {
            var silent = Endpoint.of(new InetSocketAddress(mute.getInetAddress(), mute.getLocalPort()));
            // Far more than a first handshake takes on a machine that has much else to do.
            rig.publish(
                    Rules.snapshot(Rules.of(silent, peer.endpoint()).over(mesh).retryingAfter(Duration.ofSeconds(3))));
            var patient = client.newBuilder().readTimeout(0, TimeUnit.SECONDS).build();
            for (int i = 0; i < 2; i++) {
                var call = patient.newCall(get(URL));
                try (Response answer = call.execute()) {
                    assertEquals("safe", answer.body().string());
                    assertNull(answer.handshake());
                }
                assertFalse(call.isCanceled());
            }
            rig.awaitFinished(2);
            assertTrue(
                    rig.finished().stream().anyMatch(call -> call.attempts().size() > 1), "nobody met the silent one");
        }
        rig.assertHealthy();
    }

    @Test
    void aCallWhoseEveryTryWasTooSlowIsNotACancelledOne() throws Exception {
        try (var slow = Peer.plain((request, out) -> out.hang())) {
            rig.publish(Rules.snapshot(Rules.of(slow.endpoint()).within(Duration.ofMillis(300))));
            var call = client.newCall(get(URL));
            assertThrows(SocketTimeoutException.class, call::execute);
            assertFalse(call.isCanceled());
        }
        rig.assertHealthy();
    }

    @Test
    void refusalsAreTheLibrarysOwnExceptions() {
        rig.publish(Rules.snapshot(Rules.of()));
        var none = assertThrows(ConnectException.class, () -> text(client, URL));
        assertTrue(String.valueOf(none.getMessage()).contains("no endpoint"), none.toString());
        rig.publish(Rules.snapshot(Rules.of().over(new Transport.Unavailable("no certificate yet"))));
        assertThrows(SSLException.class, () -> text(client, URL));
        rig.assertHealthy();
    }

    @Test
    void pinsOfTheApplicationAreCheckedAgainstTheEndpointsCertificate() throws Exception {
        try (var peer = Peer.tls(Papers.context(Papers.SHOP), false, (request, out) -> out.text(200, "pinned"))) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            var trusting = client.newBuilder()
                    .sslSocketFactory(Papers.context(null, Papers.SHOP).getSocketFactory(), Papers.trust(Papers.SHOP))
                    .protocols(Arrays.asList(Protocol.HTTP_1_1))
                    .build();
            String pin;
            String https = "https://" + Rig.NAME + "/";
            try (Response answer = trusting.newCall(get(https)).execute()) {
                pin = CertificatePinner.pin(
                        answer.handshake().peerCertificates().get(0));
            }
            assertEquals("200 pinned", text(pinned(trusting, pin), https));
            String other = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
            assertThrows(SSLException.class, () -> text(pinned(trusting, other), https));
            assertEquals(2, peer.received().size());
        }
        rig.assertHealthy();
    }

    @Test
    void aProxyOfTheWholeJvmOrOfASelectorCarriesTheCall() throws Exception {
        try (var proxy = Peer.saying("through the proxy");
                var endpoint = Peer.saying("endpoint")) {
            rig.publish(Rules.snapshot(Rules.of(endpoint.endpoint())));
            var selecting = client.newBuilder()
                    .proxySelector(ProxySelector.of(proxy.address()))
                    .build();
            assertEquals("200 through the proxy", text(selecting, URL));
            assertEquals("200 endpoint", text(client, URL));
            System.setProperty("http.proxyHost", "127.0.0.1");
            System.setProperty("http.proxyPort", String.valueOf(proxy.port()));
            try {
                assertEquals("200 through the proxy", text(new OkHttpClient(), URL));
            } finally {
                System.clearProperty("http.proxyHost");
                System.clearProperty("http.proxyPort");
            }
            assertEquals(2, proxy.received().size());
        }
        rig.assertHealthy();
    }

    private static OkHttpClient pinned(OkHttpClient client, String pin) {
        return client.newBuilder()
                .certificatePinner(
                        new CertificatePinner.Builder().add(Rig.NAME, pin).build())
                .build();
    }

    @Test
    void theAddressOfAnEndpointIsMadeOnceForAClient() throws Exception {
        var seen = new CopyOnWriteArrayList<Address>();
        var watching = client.newBuilder()
                .addNetworkInterceptor(chain -> {
                    seen.add(chain.connection().route().address());
                    return chain.proceed(chain.request());
                })
                .build();
        var other = watching.newBuilder()
                .proxyAuthenticator((route, answer) -> null)
                .build();
        try (var peer = Peer.saying("hi")) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            for (OkHttpClient each : List.of(watching, watching, other, watching)) {
                watching.connectionPool().evictAll(); // a kept connection would bring its own
                assertEquals("200 hi", text(each, URL));
            }
            assertSame(seen.get(0), seen.get(1));
            assertSame(other.proxyAuthenticator(), seen.get(2).proxyAuthenticator());
            assertSame(watching.proxyAuthenticator(), seen.get(3).proxyAuthenticator());
        }
        rig.assertHealthy();
    }

    /** Since 5.5. */
    @Test
    void whatAnInterceptorSetsForOneCallIsPartOfItsAddress() throws Exception {
        var with = Arrays.stream(Interceptor.Chain.class.getMethods())
                .filter(method -> method.getName().equals("withProxyAuthenticator"))
                .findFirst();
        if (with.isEmpty()) {
            return; // interceptors of this release can't set it
        }
        Authenticator asked = (route, answer) -> null;
        var own = new AtomicReference<Authenticator>(client.proxyAuthenticator());
        var seen = new CopyOnWriteArrayList<Authenticator>();
        var setting = client.newBuilder()
                .addInterceptor(chain -> {
                    try {
                        var set = (Interceptor.Chain) with.get().invoke(chain, own.get());
                        return set.proceed(set.request());
                    } catch (ReflectiveOperationException failed) {
                        throw new IOException(failed);
                    }
                })
                .addNetworkInterceptor(chain -> {
                    seen.add(chain.connection().route().address().proxyAuthenticator());
                    return chain.proceed(chain.request());
                })
                .build();
        try (var peer = Peer.saying("hi")) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            assertEquals("200 hi", text(setting, URL));
            own.set(asked);
            assertEquals("200 hi", text(setting, URL));
            assertEquals(List.of(client.proxyAuthenticator(), asked), seen);
        }
        rig.assertHealthy();
    }

    /** Since 5.5. The library's own address is kept too, and is not the same under other settings. */
    @Test
    void whatAnInterceptorSetsCountsWhereTheMeshStepsAside() throws Exception {
        var with = Arrays.stream(Interceptor.Chain.class.getMethods())
                .filter(method -> method.getName().equals("withDns"))
                .findFirst();
        if (with.isEmpty()) {
            return; // interceptors of this release can't set it
        }
        var names = new AtomicReference<Dns>(client.dns());
        var setting = client.newBuilder()
                .addInterceptor(chain -> {
                    try {
                        var set = (Interceptor.Chain) with.get().invoke(chain, names.get());
                        return set.proceed(set.request());
                    } catch (ReflectiveOperationException failed) {
                        throw new IOException(failed);
                    }
                })
                .build();
        try (var real = Peer.saying("real");
                var endpoint = Peer.saying("endpoint")) {
            String name = Rig.NAME + ":" + real.port();
            rig.publish(Rules.snapshot(Rules.named(name, endpoint.endpoint())));
            assertEquals("200 endpoint", text(setting, "http://" + name + "/"));
            assertEquals("200 endpoint", text(setting, "http://" + name + "/"));
            rig.publish(Rules.snapshot());
            names.set(host -> List.of(InetAddress.getLoopbackAddress()));
            assertEquals("200 real", text(setting, "http://" + name + "/"));
        }
        rig.assertHealthy();
    }

    /** Its own address of a host in the mesh is kept, and is none of an endpoint's. */
    @Test
    void aCallThatTheMeshLetsPassGoesWhereItWouldGoWithoutUs() throws Exception {
        try (var real = Peer.saying("real");
                var endpoint = Peer.saying("endpoint")) {
            String name = "localhost:" + real.port();
            for (int i = 0; i < 2; i++) {
                rig.publish(Rules.snapshot(Rules.named(name, endpoint.endpoint())));
                assertEquals("200 endpoint", text(client, "http://" + name + "/"));
                assertEquals("200 endpoint", text(client, "http://" + name + "/"));
                rig.publish(Rules.snapshot());
                assertEquals("200 real", text(client, "http://" + name + "/"));
            }
        }
        rig.assertHealthy();
    }

    /** Else the time limit of its route would close that connection under the call that has it then. */
    @Test
    void anAnswerIsOverWithItsLastByteWhenItsConnectionIsAnybodys() throws Exception {
        try (var peer = Peer.saying("ten bytes.")) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).within(Duration.ofSeconds(30))));
            try (Response answer = client.newCall(get(URL)).execute()) {
                assertEquals(0, rig.finished().size());
                assertEquals("ten bytes.", answer.body().source().readUtf8(10));
                assertEquals(1, client.connectionPool().idleConnectionCount());
                assertEquals(1, rig.finished().size());
            }
        }
        rig.assertHealthy();
    }

    @Test
    void anAnswerThatNobodyHasClosedIsOverWhenNobodyHasIt() throws Exception {
        try (var peer = Peer.saying("never read")) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            assertEquals(200, client.newCall(get(URL)).execute().code());
            assertEquals(0, rig.finished().size());
            var other = new OkHttpClient(); // the library may use the connection again that was left
            int[] closed = new int[1];
            Rig.await("the collector has found it", () -> {
                System.gc();
                assertEquals("200 never read", assertDoesNotThrow(() -> text(other, URL)));
                return rig.finished().size() > ++closed[0];
            });
        }
        rig.assertHealthy();
    }

    @Test
    void webSocketsAreLeftAlone() throws Exception {
        try (var real = Peer.saying("no web socket here");
                var endpoint = Peer.saying("endpoint")) {
            rig.publish(Rules.snapshot(Rules.named("localhost:" + real.port(), endpoint.endpoint())));
            var failed = new AtomicReference<@Nullable Throwable>();
            var ofTrace = new AtomicReference<@Nullable TraceContext>();
            rig.ambient().set(TRACE);
            client.newWebSocket(get("http://localhost:" + real.port() + "/"), new WebSocketListener() {
                @Override
                public void onFailure(WebSocket socket, Throwable failure, @Nullable Response response) {
                    ofTrace.set(rig.ambient().current());
                    failed.set(failure);
                }
            });
            rig.ambient().set(null);
            Rig.await("the handshake is answered", () -> failed.get() != null);
            assertEquals(1, real.received().size());
            assertEquals(0, endpoint.received().size());
            assertNull(ofTrace.get(), "it lives longer than what opened it");
        }
        rig.assertHealthy();
    }
}
