package dev.weft.proxy;

import dev.weft.engine.Engine;
import dev.weft.engine.call.Question;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.route.HostTable;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.proxy.http1.Meant;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.listen.Alarm;
import dev.weft.proxy.sniff.Sniffer;
import dev.weft.proxy.sniff.Spoken;
import dev.weft.proxy.tcp.TcpProxy;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of connections that were made to a service of the mesh: by what its port is declared to speak, and where
 * that leaves it open by the first bytes.
 */
final class Reception {
    /** As long as a call waits for the configuration of a name. */
    private static final long COLD_NANOS = 5_000_000_000L;

    private final Engine engine;
    private final Outside outside;
    private final Clock clock;
    private final long detectNanos;
    private final TcpProxy tcp;
    private final BiFunction<Worker, Meant, ChannelHandler> http;

    /**
     * @param outside brings the configuration of names that are not called yet
     * @param detectNanos for the first bytes
     * @param http serves connections that speak HTTP, by their first bytes
     */
    Reception(
            Engine engine,
            Outside outside,
            Clock clock,
            long detectNanos,
            TcpProxy tcp,
            BiFunction<Worker, Meant, ChannelHandler> http) {
        this.engine = engine;
        this.outside = outside;
        this.clock = clock;
        this.detectNanos = detectNanos;
        this.tcp = tcp;
        this.http = http;
    }

    /** @param to what becomes of the connection if the service is none of the mesh's after all, or the mesh is paused */
    void serve(Worker worker, Channel channel, Meant meant, Consumer<Channel> to) {
        VirtualHost host = host(meant);
        if (host != null) {
            serve(worker, channel, meant, to, host);
            return;
        }
        if (engine.paused()) {
            to.accept(channel); // nothing is asked for then
            return;
        }
        channel.config().setAutoRead(false);
        Cold cold = new Cold(worker, channel, meant, to);
        outside.bring(
                new Question.Warm(HostTable.normal(meant.service()), meant.port(), true),
                answer -> channel.eventLoop().execute(cold::end));
        cold.late.at(clock.nanos() + COLD_NANOS);
    }

    private @Nullable VirtualHost host(Meant meant) {
        RouteTable table = engine.live().hosts().routes(meant.service(), meant.port());
        return table == null ? null : table.host();
    }

    /** A connection whose service is asked for. */
    private final class Cold {
        private final Worker worker;
        private final Channel channel;
        private final Meant meant;
        private final Consumer<Channel> to;
        private final Alarm late;
        private boolean over;

        Cold(Worker worker, Channel channel, Meant meant, Consumer<Channel> to) {
            this.worker = worker;
            this.channel = channel;
            this.meant = meant;
            this.to = to;
            this.late = new Alarm(channel.eventLoop(), clock, this::end);
        }

        void end() {
            late.stop();
            if (over || !channel.isActive()) {
                return;
            }
            over = true;
            VirtualHost host = host(meant);
            if (host == null && engine.paused()) {
                to.accept(channel);
            } else if (host == null) {
                channel.pipeline().addLast(http.apply(worker, meant)); // who can say what is wrong, if asked
                channel.config().setAutoRead(true);
            } else {
                serve(worker, channel, meant, to, host);
            }
        }
    }

    private void serve(Worker worker, Channel channel, Meant meant, Consumer<Channel> to, VirtualHost host) {
        var connections = host.tcp();
        if (connections == null) {
            channel.pipeline().addLast(http.apply(worker, meant));
            channel.config().setAutoRead(true);
        } else if (host.opaque() && !connections.tls()) {
            tcp.lead(channel, meant.service(), meant.port(), false, to);
        } else {
            channel.pipeline()
                    .addLast(new Sniffer(
                            clock, detectNanos, (spoken, name) -> spoken(worker, channel, meant, to, spoken, name)));
            channel.config().setAutoRead(true);
        }
    }

    private void spoken(Worker worker, Channel channel, Meant meant, Consumer<Channel> to, Spoken spoken, String name) {
        VirtualHost host = host(meant);
        if ((spoken == Spoken.HTTP1 || spoken == Spoken.HTTP2) && (host == null || !host.opaque())) {
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
            channel.pipeline().addLast(http.apply(worker, meant));
            return;
        }
        boolean named = !name.isEmpty() && meant.known().test(name);
        tcp.lead(channel, named ? name : meant.service(), meant.port(), spoken == Spoken.TLS, to);
    }
}
