package dev.weft.client.ads;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Channels of gRPC to one address, which ask nobody else. */
public final class Channels {
    /** A server that is stopped, or a network that swallows, is found out after 30 s; istiod allows 15. */
    private static final long KEEP_ALIVE_SECONDS = 20;

    private static final long KEEP_ALIVE_LIMIT_SECONDS = 10;

    private Channels() {}

    /**
     * Opened by its first call.
     *
     * @param largest message that is taken, in bytes
     * @param queue on which everything is called back
     */
    public static ManagedChannel to(Connection connection, int largest, EventLoopGroup group, Executor queue) {
        var target = connection.address();
        boolean unix = target instanceof UnixDomainSocketAddress;
        var builder = NettyChannelBuilder.forAddress(target)
                .channelType(unix ? NioDomainSocketChannel.class : NioSocketChannel.class, target.getClass())
                .eventLoopGroup(group)
                // The pool would set aside megabytes for a stream that is silent most of the time.
                .withOption(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
                .overrideAuthority(connection.authority())
                .executor(queue)
                .offloadExecutor(queue)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_LIMIT_SECONDS, TimeUnit.SECONDS)
                .maxInboundMessageSize(largest)
                .proxyDetector(address -> null)
                .disableServiceConfigLookUp()
                .disableRetry()
                .maxTraceEvents(0);
        if (connection.tls() == null) {
            builder.usePlaintext();
        } else {
            builder.sslContext(connection.tls());
        }
        return builder.build();
    }
}
