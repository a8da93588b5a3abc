package dev.weft.client;

import dev.weft.client.ads.Channels;
import dev.weft.client.ads.Connection;
import dev.weft.client.ads.GrpcStream;
import dev.weft.client.bootstrap.Profile;
import dev.weft.client.quota.RateLimitService;
import io.grpc.ManagedChannel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one thread of the network, started by the first stream. Used on the queue only. */
final class Network {
    private final Profile profile;
    private final Executor queue;
    private @Nullable EventLoopGroup group;

    Network(Profile profile, Executor queue) {
        this.profile = profile;
        this.queue = queue;
    }

    GrpcStream open(Connection connection, GrpcStream.Events events) {
        return new GrpcStream(connection, profile.delta(), profile.largestMessage(), group(), queue, events);
    }

    /** For calls to a service that is asked now and then. */
    ManagedChannel channel(Connection connection) {
        return Channels.to(connection, RateLimitService.LARGEST, group(), queue);
    }

    private EventLoopGroup group() {
        EventLoopGroup known = group;
        if (known == null) {
            known = new MultiThreadIoEventLoopGroup(
                    1, Threads.factory("weft-control-network"), NioIoHandler.newFactory());
            group = known;
        }
        return known;
    }

    void close(long millis) {
        if (group != null) {
            group.shutdownGracefully(0, millis, TimeUnit.MILLISECONDS);
        }
    }
}
