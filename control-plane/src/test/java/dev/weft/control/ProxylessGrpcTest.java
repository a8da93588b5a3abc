package dev.weft.control;

import static dev.weft.control.Eventually.eventually;
import static dev.weft.control.ScriptedClient.node;
import static dev.weft.control.store.Types.REGISTRATION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** gRPC's own client, which finds services by the scheme {@code xds} and speaks the state of the world. */
@Tag("long")
class ProxylessGrpcTest {
    private static final String BOOTSTRAP = "io.grpc.xds.bootstrapConfig";

    private static final MethodDescriptor<HealthCheckRequest, HealthCheckResponse> WHO =
            MethodDescriptor.<HealthCheckRequest, HealthCheckResponse>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("shop.Order/Who")
                    .setRequestMarshaller(ProtoUtils.marshaller(HealthCheckRequest.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(HealthCheckResponse.getDefaultInstance()))
                    .build();

    @TempDir
    Path temp;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private static Server server(ServingStatus who) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder("shop.Order")
                        .addMethod(
                                WHO,
                                ServerCalls.<HealthCheckRequest, HealthCheckResponse>asyncUnaryCall(
                                        (request, answer) -> {
                                            answer.onNext(HealthCheckResponse.newBuilder()
                                                    .setStatus(who)
                                                    .build());
                                            answer.onCompleted();
                                        }))
                        .build())
                .build()
                .start();
    }

    private static ServingStatus ask(ManagedChannel channel) {
        return ClientCalls.blockingUnaryCall(
                        channel,
                        WHO,
                        CallOptions.DEFAULT.withWaitForReady().withDeadlineAfter(60, TimeUnit.SECONDS),
                        HealthCheckRequest.getDefaultInstance())
                .getStatus();
    }

    private static ScriptedClient instance(ControlPlane controlPlane, Server server, String version) {
        ScriptedClient instance = new ScriptedClient(controlPlane.xds());
        instance.hello(
                node("order", "default", "127.0.0.1", Map.of()),
                REGISTRATION,
                "order:" + server.getPort() + "/grpc?version=" + version);
        instance.next();
        instance.ready();
        instance.next();
        return instance;
    }

    @Test
    void itCallsWhatIsRegisteredByTheRules() throws Exception {
        Path config = Files.createDirectory(temp.resolve("rules"));
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Server one = server(ServingStatus.SERVING);
        Server two = server(ServingStatus.NOT_SERVING);
        try (ControlPlane controlPlane = ControlPlane.start(new Options(
                        config,
                        any,
                        any,
                        null,
                        Options.DEFAULT_DOMAIN,
                        null,
                        new PrintStream(out, true, StandardCharsets.UTF_8)));
                ScriptedClient first = instance(controlPlane, one, "v1");
                ScriptedClient second = instance(controlPlane, two, "v2")) {
            Files.writeString(config.resolve("order.yaml"), rule("v1"));
            eventually("the rule is in force", () -> log().contains("2 rules"));
            System.setProperty(
                    BOOTSTRAP,
                    "{\"xds_servers\":[{\"server_uri\":\"127.0.0.1:"
                            + controlPlane.xds().getPort()
                            + "\",\"channel_creds\":[{\"type\":\"insecure\"}]}],\"node\":{\"id\":\"shop\"}}");
            ManagedChannel channel = Grpc.newChannelBuilder(
                            "xds:///order.default.svc.cluster.local", InsecureChannelCredentials.create())
                    .build();
            try {
                assertEquals(ServingStatus.SERVING, ask(channel));
                Files.writeString(config.resolve("order.yaml"), rule("v2"));
                eventually("the route has changed", () -> ask(channel) == ServingStatus.NOT_SERVING);
                second.complete();
                Files.writeString(config.resolve("order.yaml"), rule("v1"));
                eventually("and changes back", () -> ask(channel) == ServingStatus.SERVING);
                assertEquals(true, first.isOpen());
            } finally {
                channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
            }
        } finally {
            System.clearProperty(BOOTSTRAP);
            one.shutdownNow();
            two.shutdownNow();
        }
    }

    private String log() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String rule(String version) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: order}
                spec:
                  hosts: [order]
                  http:
                    - route:
                        - destination: {host: order, subset: %s}
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: order}
                spec:
                  host: order
                  subsets:
                    - {name: v1, labels: {version: v1}}
                    - {name: v2, labels: {version: v2}}
                """.formatted(version);
    }
}
