package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.ads.Channels;
import dev.weft.client.identity.PemCertificates;
import dev.weft.client.identity.TestCertificate;
import dev.weft.client.quota.RateLimitService;
import dev.weft.client.resource.SanMatch;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.LocalRateLimit.Entry;
import dev.weft.engine.snapshot.Match.StringMatch;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.Transport;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc.RateLimitServiceImplBase;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rate limit service that is talked to over TLS, on real sockets. */
final class QuotaTlsTest {
    private static final String NAME = "limits.default.svc";
    private static final long PATIENCE = 20_000_000_000L;

    @TempDir
    Path files;

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final ExecutorService queue = Executors.newSingleThreadExecutor();
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final RateLimitService service =
            new RateLimitService(connection -> Channels.to(connection, RateLimitService.LARGEST, group, queue));
    private TestCertificate limits;
    private TestCertificate shop;
    private @Nullable Server server;

    /** Lets everything go on. */
    private static final class Generous extends RateLimitServiceImplBase {
        @Override
        public void shouldRateLimit(RateLimitRequest request, StreamObserver<RateLimitResponse> response) {
            response.onNext(RateLimitResponse.newBuilder()
                    .setOverallCode(RateLimitResponse.Code.OK)
                    .build());
            response.onCompleted();
        }
    }

    /** Notes who asks: the token, the client's certificate and the server name. */
    private final class Porter implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            seen.add("token " + headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)));
            if (call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION) instanceof ExtendedSSLSession session) {
                seen.add("names " + session.getRequestedServerNames());
                try {
                    seen.add("client " + session.getPeerPrincipal().getName());
                } catch (javax.net.ssl.SSLPeerUnverifiedException nobody) {
                    seen.add("client nobody");
                }
            }
            return next.startCall(call, headers);
        }
    }

    @BeforeEach
    void certificates() throws Exception {
        limits = TestCertificate.make(files, "limits", "uri:spiffe://cluster.local/ns/default/sa/limits");
        shop = TestCertificate.make(files, "shop", "uri:spiffe://cluster.local/ns/default/sa/shop");
    }

    @AfterEach
    void stop() {
        queue.execute(service::close);
        if (server != null) {
            server.shutdownNow();
        }
        queue.shutdown();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private int serve(@Nullable SslContext tls) throws Exception {
        var builder = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Generous())
                .intercept(new Porter());
        server = Bound.started(tls == null ? builder : builder.sslContext(tls));
        return server.getPort();
    }

    private SslContext mutual() throws Exception {
        return GrpcSslContexts.configure(
                        GrpcSslContexts.forServer(
                                limits.chain().toFile(), limits.key().toFile()),
                        SslProvider.JDK)
                .trustManager(shop.chain().toFile())
                .clientAuth(ClientAuth.REQUIRE)
                .build();
    }

    private Transport tls(String expected) throws Exception {
        var certificates = new PemCertificates(
                Map.of("mesh", new PemCertificates.Files(shop.key(), shop.chain(), limits.chain())));
        var name = new SanMatch(6, new StringMatch.Exact(expected, false));
        return new Transport.Tls(certificates.context("mesh", "mesh", List.of(name), NAME), NAME, List.of(expected));
    }

    private Answer ask(Transport transport, int port, @Nullable String token) throws Exception {
        var endpoints = List.of(Endpoint.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
        var cluster = new Cluster(
                "limits", Balancer.ROUND_ROBIN, endpoints, transport, null, 50, new RetryBudget(20, 3), Long.MAX_VALUE);
        var question = new Question.Quota("limits", "shop", List.of(List.of(new Entry("a", "b"))), PATIENCE);
        var answer = new CompletableFuture<Answer>();
        queue.execute(() -> service.ask(question, 0, cluster, token, answer::complete));
        return answer.get(60, TimeUnit.SECONDS);
    }

    @Test
    void eachEndShowsItsCertificateAndTheTokenIsABearer() throws Exception {
        int port = serve(mutual());
        assertSame(Answer.Quota.OK, ask(tls("spiffe://cluster.local/ns/default/sa/limits"), port, "secret"));
        assertEquals(
                List.of("token Bearer secret", "names [type=host_name (0), value=" + NAME + "]", "client CN=shop"),
                seen);
    }

    @Test
    void aServiceThatIsAnotherThanExpectedIsNotAsked() throws Exception {
        int port = serve(mutual());
        var answer = assertInstanceOf(
                Answer.Failed.class, ask(tls("spiffe://cluster.local/ns/default/sa/other"), port, "secret"));
        assertEquals("rate limit service limits: UNAVAILABLE", answer.why());
        assertTrue(seen.isEmpty(), seen.toString());
    }

    @Test
    void aTokenIsNeverSentInTheClear() throws Exception {
        int port = serve(null);
        assertSame(Answer.Quota.OK, ask(Transport.PLAINTEXT, port, "secret"));
        assertEquals(List.of("token null"), seen);
    }

    @Test
    void whatIsSecuredFromNowOnIsNotAskedOverTheOldConnection() throws Exception {
        int port = serve(mutual());
        var good = tls("spiffe://cluster.local/ns/default/sa/limits");
        assertSame(Answer.Quota.OK, ask(good, port, null));
        assertInstanceOf(Answer.Failed.class, ask(tls("spiffe://cluster.local/ns/default/sa/other"), port, null));
        assertSame(Answer.Quota.OK, ask(good, port, null));
    }

    @Test
    void tlsThatCannotBeHadIsNoAnswer() throws Exception {
        assertEquals(
                new Answer.Failed("rate limit service limits: TLS is required and can't be had: no certificate"),
                ask(new Transport.Unavailable("no certificate"), 1, null));
    }
}
