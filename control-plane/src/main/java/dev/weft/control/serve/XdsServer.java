package dev.weft.control.serve;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The gRPC server in front of {@link AdsService} and {@link LoadService}. */
public final class XdsServer implements AutoCloseable {
    private static final int WINDOW_BYTES = 1024 * 1024;

    /** Streams that one connection may begin and give up: each of them costs us more than its client (CVE-2023-44487). */
    private static final int RESETS = 200;

    private static final int RESETS_SECONDS = 30;

    private final Server server;

    /**
     * Starts to listen.
     *
     * @param tls null for none
     * @throws IOException when the address can't be had
     */
    public XdsServer(
            InetSocketAddress address, AdsService service, LoadService loads, Limits limits, @Nullable SslContext tls)
            throws IOException {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                .addService(service)
                .addService(loads)
                .intercept(new Peer())
                .directExecutor() // the service only hands over to its queue
                .maxInboundMessageSize(limits.messageBytes())
                .maxConcurrentCallsPerConnection(100)
                .maxRstFramesPerWindow(RESETS, RESETS_SECONDS)
                // Requests are small: to measure how large a window could be would cost a ping for each of them.
                .flowControlWindow(WINDOW_BYTES)
                .handshakeTimeout(10, TimeUnit.SECONDS)
                // A process that is stopped or a machine that is gone closes nothing: ask.
                .keepAliveTime(limits.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(limits.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        if (tls != null) {
            builder.sslContext(tls);
        }
        server = builder.build().start();
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) List.copyOf(server.getListenSockets()).get(0);
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
