package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.weft.client.bootstrap.Profile;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.bootstrap.Target;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.snapshot.LocalRateLimit.Entry;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.ratelimit.v3.RateLimitServiceConfig;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc.RateLimitServiceImplBase;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real rate limit service is asked over a real socket. */
final class QuotaTest {
    private static final String LIMITS = Xds.cluster("limits");
    private static final long PATIENCE = 20_000_000_000L;

    private final List<RateLimitRequest> requests = new CopyOnWriteArrayList<>();
    private io.grpc.Server service;
    private ScriptedServer plane;
    private Running client;

    /** Says what the value of the first entry asks for. */
    private final class Limits extends RateLimitServiceImplBase {
        @Override
        public void shouldRateLimit(RateLimitRequest request, StreamObserver<RateLimitResponse> response) {
            requests.add(request);
            var answer = RateLimitResponse.newBuilder();
            switch (request.getDescriptors(0).getEntries(0).getValue()) {
                case "good" -> answer.setOverallCode(RateLimitResponse.Code.OK);
                case "many" ->
                    answer.setOverallCode(RateLimitResponse.Code.OVER_LIMIT)
                            .addResponseHeadersToAdd(HeaderValue.newBuilder()
                                    .setKey("retry-after")
                                    .setValue("3"))
                            .addResponseHeadersToAdd(
                                    HeaderValue.newBuilder().setKey("x-raw").setRawValue(ByteString.copyFromUtf8("r")))
                            .setRawBody(ByteString.copyFromUtf8("später"));
                case "hang" -> {
                    return;
                }
                default -> {
                    response.onError(Status.UNAVAILABLE.asRuntimeException());
                    return;
                }
            }
            response.onNext(answer.build());
            response.onCompleted();
        }
    }

    @BeforeEach
    void start() throws Exception {
        service =
                Bound.started(NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .addService(new Limits()));
        plane = new ScriptedServer();
        plane.put(Xds.DIRECTORY, "default", Xds.directory("order"));
        plane.service("order", 8081);
        plane.put(Xds.CDS, LIMITS, Xds.eds(LIMITS));
        plane.put(Xds.EDS, LIMITS, Xds.endpoints(LIMITS, service.getPort()));
        var asked = RateLimit.newBuilder()
                .setDomain("shop")
                .setRateLimitService(RateLimitServiceConfig.newBuilder()
                        .setGrpcService(GrpcService.newBuilder()
                                .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName(LIMITS))));
        plane.put(
                Xds.LDS,
                Xds.host("order"),
                Xds.listener(
                        Xds.host("order"),
                        HttpConnectionManager.newBuilder()
                                .setRds(Rds.newBuilder()
                                        .setConfigSource(Xds.eds("c")
                                                .getEdsClusterConfig()
                                                .getEdsConfig())
                                        .setRouteConfigName(Xds.cluster("order")))
                                .addHttpFilters(
                                        HttpFilter.newBuilder().setName("q").setTypedConfig(Xds.any(asked.build())))
                                .addHttpFilters(Xds.router())
                                .build()));
        client = new Running(Servers.of(Server.plaintext(Target.parse("127.0.0.1:" + plane.port()))), Profile.WEFT);
        assertSame(Answer.READY, client.ask("order"));
    }

    @AfterEach
    void stop() {
        client.close();
        plane.close();
        service.shutdownNow();
    }

    private Answer ask(String value, long timeout) throws Exception {
        var answer = new CompletableFuture<Answer>();
        client.client.ask(
                new Question.Quota(
                        LIMITS,
                        "shop",
                        List.of(
                                List.of(new Entry("ask", value), new Entry("who", "ä")),
                                List.of(new Entry("second", "2"))),
                        timeout),
                answer::complete);
        return answer.get(60, TimeUnit.SECONDS);
    }

    private void answers() throws InterruptedException {
        Until.holds("the service answers", () -> {
            try {
                return ask("good", PATIENCE) == Answer.Quota.OK;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void theServiceHearsWhatTheCallIsAndSaysWhetherItMayGoOn() throws Exception {
        assertSame(Answer.Quota.OK, ask("good", PATIENCE));
        assertEquals(
                new Answer.Quota(
                        true,
                        List.of(new Refusal.Header("retry-after", "3"), new Refusal.Header("x-raw", "r")),
                        "später"),
                ask("many", PATIENCE));
        var entry = RateLimitDescriptor.Entry.newBuilder();
        assertEquals(
                RateLimitRequest.newBuilder()
                        .setDomain("shop")
                        .addDescriptors(RateLimitDescriptor.newBuilder()
                                .addEntries(entry.setKey("ask").setValue("good").build())
                                .addEntries(entry.setKey("who").setValue("ä").build()))
                        .addDescriptors(RateLimitDescriptor.newBuilder()
                                .addEntries(entry.setKey("second").setValue("2").build()))
                        .build(),
                requests.get(0));
    }

    @Test
    void aServiceThatFailsOrIsSlowIsNoAnswer() throws Exception {
        var failed = assertInstanceOf(Answer.Failed.class, ask("fail", PATIENCE));
        assertEquals("rate limit service " + LIMITS + ": UNAVAILABLE", failed.why());
        var slow = assertInstanceOf(Answer.Failed.class, ask("hang", 50_000_000));
        assertTrue(slow.why().endsWith("DEADLINE_EXCEEDED"), slow.why());
    }

    @Test
    void aServiceThatMovesIsAskedWhereItIs() throws Exception {
        assertSame(Answer.Quota.OK, ask("good", PATIENCE));
        var elsewhere =
                Bound.started(NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .addService(new Limits()));
        try {
            service.shutdownNow();
            plane.put(Xds.EDS, LIMITS, Xds.endpoints(LIMITS, elsewhere.getPort()));
            answers();
        } finally {
            elsewhere.shutdownNow();
        }
    }

    @Test
    void aTokenThatCanNotBeReadIsNoAnswerUntilItCan(@TempDir Path files) throws Exception {
        client.close();
        var token = files.resolve("token");
        var servers = Servers.of(Server.plaintext(Target.parse("127.0.0.1:" + plane.port())));
        client = new Running(new Settings(servers, Profile.WEFT, null, "", token));
        assertSame(Answer.READY, client.ask("order"));

        var failed = assertInstanceOf(Answer.Failed.class, ask("good", PATIENCE));
        assertTrue(
                failed.why().startsWith("rate limit service " + LIMITS + ": token for rate limit services: "),
                failed.why());

        Files.writeString(token, "secret\n");
        answers();
        assertSame(Answer.Quota.OK, ask("good", PATIENCE), "it is known by now");
    }

    @Test
    void aServiceThatIsNotKnownIsNoAnswer() throws Exception {
        var answer = new CompletableFuture<Answer>();
        client.client.ask(
                new Question.Quota("other", "shop", List.of(List.of(new Entry("ask", "good"))), PATIENCE),
                answer::complete);
        assertEquals(
                new Answer.Failed("rate limit service other: its cluster is not known"),
                answer.get(60, TimeUnit.SECONDS));
    }
}
