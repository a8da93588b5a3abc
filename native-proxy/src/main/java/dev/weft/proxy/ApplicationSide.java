package dev.weft.proxy;

import dev.weft.client.identity.PemCertificates;
import dev.weft.engine.drive.Clock;
import dev.weft.proxy.config.Certificates;
import dev.weft.proxy.config.Opaque;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.listen.ProxyProtocol;
import dev.weft.proxy.listen.ProxyProtocolHandler;
import dev.weft.proxy.sniff.Sniffer;
import dev.weft.proxy.sniff.Spoken;
import dev.weft.proxy.tcp.Tunnels;
import dev.weft.proxy.tls.InboundTls;
import dev.weft.telemetry.MetricWriter;
import dev.weft.telemetry.TcpMetrics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What becomes of connections from others to the application, by what it speaks. */
final class ApplicationSide {
    private final Opaque opaque;
    private final InetSocketAddress application;
    private final Clock clock;
    private final long headNanos;
    private final Consumer<String> log;
    private final Tunnels tunnels;
    private final @Nullable InboundTls tls;

    /**
     * @param application where it listens
     * @param tls what clients have to speak; null for nothing but what the application does
     */
    ApplicationSide(
            ProxyConfig config,
            InetSocketAddress application,
            @Nullable InboundTls tls,
            Clock clock,
            TcpMetrics metrics,
            Consumer<String> log) {
        this.tls = tls;
        this.opaque = config.opaque();
        this.application = application;
        this.clock = clock;
        this.headNanos = config.limits().headNanos();
        this.log = log;
        this.tunnels = new Tunnels(config.limits().connectNanos(), opaque.idleNanos(), clock, metrics.accepted());
    }

    /** What clients have to speak; null for nothing but what the application does. */
    static @Nullable InboundTls tls(ProxyConfig config, PemCertificates certificates) throws IOException {
        Certificates.Inbound said = config.certificates().inbound();
        if (said == Certificates.Inbound.PLAINTEXT) {
            return null;
        }
        Opaque.Application application = config.opaque().application();
        return new InboundTls(
                certificates,
                said == Certificates.Inbound.MUTUAL,
                application == Opaque.Application.TCP ? List.of() : List.of("h2", "http/1.1"),
                application != Opaque.Application.HTTP,
                config.limits().headNanos());
    }

    /** @param http serves connections that speak HTTP, by their first bytes */
    Function<Worker, ChannelHandler> handlers(Function<Worker, ChannelHandler> http) {
        if (opaque.application() == Opaque.Application.HTTP && !opaque.sourced() && tls == null) {
            return http;
        }
        return worker -> new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                if (opaque.sourced()) {
                    channel.pipeline()
                            .addLast(new ProxyProtocolHandler(
                                    clock,
                                    headNanos,
                                    behind -> serve(worker, behind, http),
                                    why -> log.accept("a connection to the inbound listener is reset: " + why)));
                } else {
                    serve(worker, channel, http);
                }
            }
        };
    }

    private void serve(Worker worker, Channel channel, Function<Worker, ChannelHandler> http) {
        if (tls != null) {
            tls.end(channel, () -> inTheClear(worker, channel, http));
        } else {
            inTheClear(worker, channel, http);
        }
    }

    private void inTheClear(Worker worker, Channel channel, Function<Worker, ChannelHandler> http) {
        switch (opaque.application()) {
            case HTTP -> channel.pipeline().addLast(http.apply(worker));
            case TCP -> tunnels.lead(channel, application, head(channel));
            case AUTO ->
                channel.pipeline().addLast(new Sniffer(clock, opaque.detectNanos(), (spoken, name) -> {
                    if (spoken == Spoken.HTTP1 || spoken == Spoken.HTTP2) {
                        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
                        channel.pipeline().addLast(http.apply(worker));
                    } else {
                        tunnels.lead(channel, application);
                    }
                }));
        }
    }

    private ByteBuf head(Channel channel) {
        ProxyProtocol.Version told = opaque.told();
        return told == null
                ? Unpooled.EMPTY_BUFFER
                : ProxyProtocol.head(channel.alloc(), told, ProxyProtocolHandler.source(channel), (InetSocketAddress)
                        channel.localAddress());
    }

    /** Writes all numbers; none where the application speaks HTTP alone. */
    void write(MetricWriter out) {
        if (opaque.application() != Opaque.Application.HTTP) {
            tunnels.write("weft_tcp_inbound", "Connections to the application", out);
        }
        if (tls != null) {
            tls.write(out);
        }
    }
}
