package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built agent with a server that talks as istiod's gRPC mode does. */
class IstioTest {
    private static final EventLoopGroup GROUP =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("istiod", true), NioIoHandler.newFactory());

    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static Instance shop;

    @BeforeAll
    static void start() throws Exception {
        fleet = new Fleet(folder);
        shop = fleet.outsider("one");
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    /** Where gRPC looks for its bootstrap, in its order. */
    private static List<UnaryOperator<Jvm>> places(Path bootstrap) throws IOException {
        String file = bootstrap.toString();
        String text = Files.readString(bootstrap);
        return List.of(
                jvm -> jvm.environment("GRPC_XDS_BOOTSTRAP", file).option("-Dio.grpc.xds.bootstrap=/no/such/file"),
                jvm -> jvm.option("-Dio.grpc.xds.bootstrap=" + file).environment("GRPC_XDS_BOOTSTRAP_CONFIG", "{"),
                jvm -> jvm.environment("GRPC_XDS_BOOTSTRAP_CONFIG", text).option("-Dio.grpc.xds.bootstrapConfig={"),
                jvm -> jvm.option("-Dio.grpc.xds.bootstrapConfig=" + text));
    }

    @Test
    void aPlainApplicationRunsFromTheBootstrapThatIstiosAgentWritesOverAUnixSocket() throws Exception {
        Path socket = folder.resolve("XDS");
        NettyServerBuilder where = NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioServerDomainSocketChannel.class)
                .bossEventLoopGroup(GROUP)
                .workerEventLoopGroup(GROUP);
        try (Istiod istiod = new Istiod(where, "shop", shop.port())) {
            Path bootstrap = Files.writeString(folder.resolve("bootstrap.json"), """
                    {"xds_servers": [{"server_uri": "unix://%s", "channel_creds": [{"type": "insecure"}],
                                      "server_features": ["xds_v3"]}],
                     "node": {"id": "sidecar~127.0.0.1~caller.default~default.svc.cluster.local",
                              "metadata": {"GENERATOR": "grpc", "NAMESPACE": "default", "CLUSTER_ID": "one"}},
                     "server_listener_resource_name_template": "xds.istio.io/grpc/lds/inbound/%%s"}
                    """.formatted(socket));
            for (UnaryOperator<Jvm> place : places(bootstrap)) {
                istiod.requests.clear();
                Caller caller = fleet.caller("jdk", jvm -> place.apply(jvm.agent()));
                caller.knows("http://shop/id");
                assertEquals(new Caller.Answer(200, "one"), caller.get("http://shop/id"));
                assertEquals(new Caller.Answer(200, "one"), caller.get("http://shop.default.svc/id"));
                DiscoveryRequest first = istiod.requests.get(0);
                assertEquals(
                        "sidecar~127.0.0.1~caller.default~default.svc.cluster.local",
                        first.getNode().getId());
                assertEquals(
                        "one",
                        first.getNode()
                                .getMetadata()
                                .getFieldsOrThrow("CLUSTER_ID")
                                .getStringValue());
                assertTrue(istiod.requests.stream()
                        .noneMatch(request -> request.hasErrorDetail()
                                && !request.getResponseNonce().isEmpty()));
                assertEquals(-1, caller.running.errors().indexOf("weft"), caller.running.errors());
                caller.running.end();
            }
        }
    }

    @Test
    void overTlsTheServerIsVerifiedAndTheTokenIsShown() throws Exception {
        SelfSigned.make(folder, "CN=istiod", "dns:istiod.istio-system.svc");
        Path token = Files.writeString(folder.resolve("token"), "secret");
        NettyServerBuilder where = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(GrpcSslContexts.configure(
                                GrpcSslContexts.forServer(
                                        folder.resolve("chain.pem").toFile(),
                                        folder.resolve("key.pem").toFile()),
                                SslProvider.JDK)
                        .build());
        try (Istiod istiod = new Istiod(where, "shop", shop.port())) {
            Caller caller = fleet.caller(
                    "hc5",
                    jvm -> jvm.agent("control.plane", "127.0.0.1:" + istiod.port())
                            .agent("control.profile", "istio")
                            .agent(
                                    "control.authorities",
                                    folder.resolve("chain.pem").toString())
                            .agent("control.server.name", "istiod.istio-system.svc")
                            .agent("control.token", token.toString()));
            caller.knows("http://shop/id");
            assertEquals(Set.of("Bearer secret"), Set.copyOf(istiod.tokens));
            assertEquals(
                    "grpc",
                    istiod.requests
                            .get(0)
                            .getNode()
                            .getMetadata()
                            .getFieldsOrThrow("GENERATOR")
                            .getStringValue());
            assertEquals(-1, caller.running.errors().indexOf("weft"), caller.running.errors());

            Caller wrong = fleet.caller(
                    "jdk",
                    jvm -> jvm.agent("control.plane", "127.0.0.1:" + istiod.port())
                            .agent("control.profile", "istio")
                            .agent(
                                    "control.authorities",
                                    folder.resolve("chain.pem").toString()));
            wrong.get("http://shop.default/id");
            Until.so("the log says why", () -> wrong.admin.log().contains("matching IP address 127.0.0.1"));
            assertEquals(Set.of("Bearer secret"), Set.copyOf(istiod.tokens), "who can't verify it shows itself");
        }
    }

    @Test
    void aBootstrapThatIsWrongIsSaidAndTheApplicationRuns() throws Exception {
        Caller caller = fleet.caller(
                "jdk",
                jvm -> jvm.agent()
                        .option("-Dio.grpc.xds.bootstrapConfig={\"xds_servers\":[{\"server_uri\":\"a:1\"}]}"));
        assertEquals(new Caller.Answer(200, "one"), caller.get(shop.url() + "/id"));
        caller.get("http://shop.default/id");
        Until.so("the log says why", () -> caller.admin.log().contains("xds_servers[0].channel_creds has none"));
    }
}
