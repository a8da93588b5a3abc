package dev.weft.proxy;

import dev.weft.engine.Call;
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
import java.net.InetSocketAddress;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of connections that were made to a service of the mesh: by what its port is declared to speak, and where
 * that leaves it open by the first bytes.
 */
final class Reception {
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
        ask(channel, meant.service(), meant.port(), () -> known(worker, channel, meant, to));
    }

    /**
     * Goes on once it is known which names and addresses are the mesh's, or that this can't be known: at once but in the
     * first moments of this process.
     *
     * @param to where the connection was going
     * @param then on the connection's event loop; not at all where it has closed meanwhile
     */
    void whenKnown(Channel channel, InetSocketAddress to, Runnable then) {
        if (!engine.live().hosts().pending()) {
            then.run();
        } else {
            ask(channel, to.getAddress().getHostAddress(), to.getPort(), then);
        }
    }

    private @Nullable VirtualHost host(Meant meant) {
        RouteTable table = engine.live().hosts().routes(meant.service(), meant.port());
        return table == null ? null : table.host();
    }

    /** What is to be known of the service is, or never will be. */
    private void known(Worker worker, Channel channel, Meant meant, Consumer<Channel> to) {
        VirtualHost host = host(meant);
        if (host == null && engine.paused()) {
            to.accept(channel);
        } else if (host == null) {
            http(worker, channel, meant); // who can say what is wrong, if asked
        } else {
            serve(worker, channel, meant, to, host);
        }
    }

    /** Asks for a name, and goes on with the connection when that is answered, or was not in time. */
    private void ask(Channel channel, String host, int port, Runnable then) {
        Waiting waiting = new Waiting(then);
        Alarm late = new Alarm(channel.eventLoop(), clock, waiting::end);
        channel.closeFuture().addListener(closed -> late.stop());
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true); // until it is known what it speaks
        channel.pipeline().addLast(waiting);
        late.at(clock.nanos() + Call.COLD_WAIT_NANOS);
        outside.bring(
                new Question.Warm(HostTable.normal(host), port, true),
                answer -> channel.eventLoop().execute(() -> {
                    late.stop();
                    waiting.end();
                }));
    }

    private void serve(Worker worker, Channel channel, Meant meant, Consumer<Channel> to, VirtualHost host) {
        var connections = host.tcp();
        if (connections == null) {
            http(worker, channel, meant);
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
            http(worker, channel, meant);
            return;
        }
        boolean named = !name.isEmpty() && meant.known().test(name);
        tcp.lead(channel, named ? name : meant.service(), meant.port(), spoken == Spoken.TLS, to);
    }

    private void http(Worker worker, Channel channel, Meant meant) {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        channel.pipeline().addLast(http.apply(worker, meant));
        channel.config().setAutoRead(true);
    }
}
