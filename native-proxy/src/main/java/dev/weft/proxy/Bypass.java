package dev.weft.proxy;

import dev.weft.client.report.Log;
import dev.weft.engine.Engine;
import dev.weft.proxy.listen.Names;
import dev.weft.proxy.tcp.TcpProxy;
import dev.weft.proxy.tcp.Tunnels;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where connections go while the mesh is paused that were made to a name and not to a place: to whatever DNS says of
 * it, as if there were no mesh.
 */
final class Bypass {
    private final Engine engine;
    private final Names names;
    private final Tunnels tunnels;
    private final Predicate<InetSocketAddress> own;
    private final Log log;

    /**
     * @param names never say an address that the mesh alone knows
     * @param own whether a connection to that would come back here
     */
    Bypass(Engine engine, Names names, Tunnels tunnels, Predicate<InetSocketAddress> own, Log log) {
        this.engine = engine;
        this.names = names;
        this.tunnels = tunnels;
        this.own = own;
        this.log = log;
    }

    /** Whether the mesh is paused. */
    boolean isOn() {
        return engine.paused();
    }

    /** What becomes of a connection that the rules don't lead: it is reset unless the mesh is paused. */
    Consumer<Channel> to(String name, int port) {
        return client -> {
            if (isOn() && !comesFromHere(client)) {
                tunnels.lead(
                        client,
                        then -> names.resolve(
                                name,
                                client.eventLoop(),
                                (address, unknown) -> then.accept(place(name, port, address, unknown))));
            } else {
                TcpProxy.RESET.accept(client);
            }
        };
    }

    /** The name leads to the very listener that the connection was made to. */
    private boolean comesFromHere(Channel client) {
        return client.remoteAddress() instanceof InetSocketAddress from && tunnels.isOwn(from.getPort());
    }

    private @Nullable InetSocketAddress place(
            String name, int port, @Nullable InetAddress address, @Nullable UnknownHostException unknown) {
        if (address == null) {
            log.warn("the mesh is paused, and a connection to " + name + ":" + port
                    + " is reset: without the mesh there is no such place: " + unknown);
            return null;
        }
        InetSocketAddress place = new InetSocketAddress(address, port);
        if (own.test(place)) {
            log.warn("the mesh is paused, and a connection to " + name + ":" + port + " is reset: " + place
                    + " is this proxy itself");
            return null;
        }
        return place;
    }
}
