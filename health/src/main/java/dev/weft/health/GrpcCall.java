package dev.weft.health;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call of {@code grpc.health.v1.Health/Check}. */
final class GrpcCall extends ClientCall.Listener<byte[]> {
    private static final int MOST_BYTES = 1_024;

    private static final MethodDescriptor<byte[], byte[]> CHECK = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodType.UNARY)
            .setFullMethodName("grpc.health.v1.Health/Check")
            .setRequestMarshaller(HealthMessages.BYTES)
            .setResponseMarshaller(HealthMessages.BYTES)
            .build();

    private final String service;
    private final Consumer<@Nullable String> told;
    private byte @Nullable [] answer;

    private GrpcCall(String service, Consumer<@Nullable String> told) {
        this.service = service;
        this.told = told;
    }

    /**
     * Begins to ask.
     *
     * @param service empty for the server as a whole
     * @param told why it is not well, or null when it is; on any thread
     * @return the connection, which ends with the channel
     */
    static ManagedChannel begin(
            InetSocketAddress at,
            EventLoop loop,
            ChannelFactory<? extends SocketChannel> channels,
            String service,
            Duration timeout,
            Consumer<@Nullable String> told) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(at)
                .usePlaintext()
                .eventLoopGroup(loop)
                .channelFactory(channels)
                .directExecutor()
                .proxyDetector(target -> null)
                .disableRetry()
                .maxInboundMessageSize(MOST_BYTES)
                .userAgent(Trial.AGENT)
                .build();
        ClientCall<byte[], byte[]> call =
                channel.newCall(CHECK, CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS));
        call.start(new GrpcCall(service, told), new Metadata());
        call.request(2); // one, and then that there is no other
        call.sendMessage(HealthMessages.request(service));
        call.halfClose();
        return channel;
    }

    @Override
    public void onMessage(byte[] message) {
        answer = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        told.accept(status.isOk() ? HealthMessages.failure(answer) : words(status));
    }

    private String words(Status status) {
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
