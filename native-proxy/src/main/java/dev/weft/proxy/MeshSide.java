package dev.weft.proxy;

import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.LoopDriver;
import dev.weft.proxy.config.Opaque;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.http1.Courses;
import dev.weft.proxy.http1.Http1Limits;
import dev.weft.proxy.http1.Unrouted;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.http2.Http2;
import dev.weft.proxy.http2.Http2Limits;
import dev.weft.proxy.tcp.TcpProxy;
import dev.weft.proxy.tcp.TcpTraffic;
import dev.weft.telemetry.MetricWriter;
import io.netty.channel.ChannelHandler;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

/** What serves the application's connections to others, by the rules. */
final class MeshSide {
    private final ProxyConfig config;
    private final Telling telling;
    private final ControlPlane plane;
    private final Clock clock;
    private final BooleanSupplier draining;
    private final Intercepted intercepted;
    private final TcpTraffic traffic = new TcpTraffic();

    MeshSide(
            ProxyConfig config,
            Telling telling,
            ControlPlane plane,
            Intercepted intercepted,
            Clock clock,
            BooleanSupplier draining) {
        this.intercepted = intercepted;
        this.config = config;
        this.telling = telling;
        this.plane = plane;
        this.clock = clock;
        this.draining = draining;
    }

    /**
     * For an outbound listener.
     *
     * @param own whether a request sent there would come back
     */
    Function<Worker, ChannelHandler> handlers(Predicate<InetSocketAddress> own) {
        LoopDriver driver = driver();
        Unrouted unrouted = new Unrouted(config.passThrough(), intercepted.outside(), own);
        Unrouted never = new Unrouted(false, intercepted.outside(), own);
        Http1Limits limits = config.limits().with(config.outboundHeads());
        return intercepted.outbound(
                Http2.orHttp1(
                        limits,
                        Http2Limits.DEFAULT,
                        Courses.outbound(telling.engine(), driver, unrouted, null),
                        draining),
                new Reception(
                        telling.engine(),
                        plane.client(),
                        clock,
                        config.opaque().detectNanos(),
                        tcpProxy(driver),
                        (worker, meant) -> Http2.orHttp1(
                                        limits,
                                        Http2Limits.DEFAULT,
                                        Courses.outbound(telling.engine(), driver, never, meant),
                                        draining)
                                .apply(worker)));
    }

    /** For a listener for connections to one service. */
    Function<Worker, ChannelHandler> handlers(Opaque.TcpListener one) {
        return FixedTcp.handlers(
                one,
                tcpProxy(driver()),
                intercepted.bypass(),
                clock,
                config.limits().headNanos());
    }

    private LoopDriver driver() {
        return new LoopDriver(telling.engine(), clock, plane.client());
    }

    private TcpProxy tcpProxy(LoopDriver driver) {
        return new TcpProxy(
                telling.engine(), driver, clock, config.limits().connectNanos(), traffic, telling.connections());
    }

    /** Writes the numbers of connections that are led on as they are. */
    void write(MetricWriter out) {
        traffic.write(out);
    }
}
