package dev.weft.control.health;

import dev.weft.control.health.v1.HealthCheckRequest;
import dev.weft.control.health.v1.HealthCheckResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call of {@code grpc.health.v1.Health/Check}, over a connection of its own, in plain text. */
final class GrpcCheck {
    private static final int MOST_BYTES = 1_024;

    static final MethodDescriptor<HealthCheckRequest, HealthCheckResponse> CHECK =
            MethodDescriptor.<HealthCheckRequest, HealthCheckResponse>newBuilder()
                    .setType(MethodType.UNARY)
                    .setFullMethodName("grpc.health.v1.Health/Check")
                    .setRequestMarshaller(ProtoUtils.marshaller(HealthCheckRequest.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(HealthCheckResponse.getDefaultInstance()))
                    .build();

    private GrpcCheck() {}

    /**
     * Begins to ask.
     *
     * @param service empty for the server as a whole
     * @param told why it is not well, or null when it is; on any thread
     * @return the connection, which ends with the channel
     */
    static ManagedChannel begin(
            InetSocketAddress at,
            EventLoopGroup threads,
            ChannelFactory<? extends SocketChannel> channels,
            String service,
            Duration timeout,
            Consumer<@Nullable String> told) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(at)
                .usePlaintext()
                .eventLoopGroup(threads)
                .channelFactory(channels)
                .directExecutor()
                .proxyDetector(target -> null)
                .disableRetry()
                .maxInboundMessageSize(MOST_BYTES)
                .userAgent("weft-health")
                .build();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
        ClientCalls.asyncUnaryCall(
                channel.newCall(CHECK, options),
                HealthCheckRequest.newBuilder().setService(service).build(),
                new StreamObserver<HealthCheckResponse>() {
                    private String failure = "answers nothing";
                    private boolean isServing;

                    @Override
                    public void onNext(HealthCheckResponse response) {
                        isServing = response.getStatus() == HealthCheckResponse.ServingStatus.SERVING;
                        failure = "answers " + response.getStatus();
                    }

                    @Override
                    public void onError(Throwable thrown) {
                        told.accept(words(Status.fromThrowable(thrown), service));
                    }

                    @Override
                    public void onCompleted() {
                        told.accept(isServing ? null : failure);
                    }
                });
        return channel;
    }

    private static String words(Status status, String service) {
        Throwable cause = status.getCause();
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> "no answer in time";
            case NOT_FOUND -> "does not know the service '" + service + "'";
            case UNIMPLEMENTED -> "has no grpc.health.v1.Health";
            case UNAVAILABLE -> cause == null ? "answers UNAVAILABLE" : "no connection: " + cause.getMessage();
            default -> "answers " + status.getCode();
        };
    }
}
