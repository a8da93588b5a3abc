package dev.weft.proxy;

import dev.weft.engine.drive.Clock;
import dev.weft.proxy.config.Opaque;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.http1.Downstream;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.telemetry.Addresses;
import dev.weft.telemetry.Json;
import io.netty.channel.ChannelHandler;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All that a proxy listens at. None of it takes connections before {@link #resume}. */
final class Listeners {
    static final String INBOUND = "inbound";
    static final String OUTBOUND = "outbound";
    static final String TCP = "tcp";

    private static final String ADMIN = "admin";
    private static final long MILLI = 1_000_000;

    private final ProxyConfig config;
    private final Loops<Worker> loops;
    private final Listener.Counts counts;
    private final Clock clock;
    private final Listener outbound;
    private final @Nullable Listener inbound;
    /** Of connections to one service each, in the order in which they are configured. */
    private final List<Listener> tcp = new ArrayList<>();

    private final Listener admin;
    private final List<Named> named;
    private final List<Listener> serving;
    private final List<Listener> all;

    /** @param name what it is for; several may be for the same */
    private record Named(String name, Listener listener) {}

    /** What serves the connections of each. */
    interface Serving {
        /** Those of the application to services by their names. */
        Function<Worker, ChannelHandler> mesh();

        /** Those to one service. */
        Function<Worker, ChannelHandler> service(Opaque.TcpListener one);

        /** Those of others to the application. */
        Function<Worker, ChannelHandler> application();

        /** Those of who wants to know how the proxy stands, also while nothing new is served. */
        Function<Worker, ChannelHandler> operator();
    }

    /**
     * Opens them.
     *
     * @param counts of the connections to all but the admin listener
     * @throws IOException when a port can't be had; those that are open end with the loops
     */
    Listeners(
            ProxyConfig config,
            Loops<Worker> loops,
            Listener.Counts counts,
            Listener.Counts asking,
            Serving with,
            Clock clock)
            throws IOException {
        this.config = config;
        this.loops = loops;
        this.counts = counts;
        this.clock = clock;
        this.outbound = open(config.outbound(), with.mesh());
        Listener outbound6 = hasOutbound6() ? open(outbound6(), with.mesh()) : null;
        this.inbound = config.application() == 0 ? null : open(inboundAddresses(), with.application());
        for (Opaque.TcpListener one : config.opaque().listeners()) {
            tcp.add(open(one.address(), with.service(one)));
        }
        this.admin = Listener.open(loops, config.admin(), config.connections(), asking, with.operator());
        List<Named> some = new ArrayList<>();
        tcp.forEach(one -> some.add(new Named(TCP, one)));
        add(some, OUTBOUND, outbound);
        add(some, OUTBOUND, outbound6);
        add(some, INBOUND, inbound);
        this.serving = some.stream().map(Named::listener).toList();
        add(some, ADMIN, admin);
        this.named = List.copyOf(some);
        this.all = named.stream().map(Named::listener).toList();
    }

    private Listener open(InetSocketAddress address, Function<Worker, ChannelHandler> handlers) throws IOException {
        return Listener.open(loops, address, config.connections(), counts, handlers);
    }

    private static void add(List<Named> to, String name, @Nullable Listener one) {
        if (one != null) {
            to.add(new Named(name, one));
        }
    }

    /** Interception leads IPv6 to the same port of the other loopback address. */
    private boolean hasOutbound6() throws SocketException {
        return config.intercept() && config.outbound().getAddress().equals(NetUtil.LOCALHOST4) && hasIpv6();
    }

    private InetSocketAddress outbound6() {
        return new InetSocketAddress(NetUtil.LOCALHOST6, outbound.address().getPort());
    }

    /** Where it is led to on every address, those of IPv6 are meant too. */
    private InetSocketAddress inboundAddresses() throws IOException {
        InetSocketAddress said = config.inbound();
        return config.intercept() && said.getAddress().isAnyLocalAddress() && hasIpv6()
                ? new InetSocketAddress(InetAddress.getByName("::"), said.getPort())
                : said;
    }

    /** Whether this host has the loopback address of IPv6. */
    static boolean hasIpv6() throws SocketException {
        return NetworkInterface.getByInetAddress(NetUtil.LOCALHOST6) != null;
    }

    /** Whether a request sent there would come back to the outbound listener. */
    boolean isOwn(InetSocketAddress to) {
        if (to.getPort() != outbound.address().getPort()) {
            return false;
        }
        InetAddress address = to.getAddress();
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }

    Listener outbound() {
        return outbound;
    }

    /** Null where there is no application behind the proxy. */
    @Nullable
    Listener inbound() {
        return inbound;
    }

    Listener admin() {
        return admin;
    }

    /** Adds an object for each to the array that is open. */
    void write(Json json) {
        for (Named one : named) {
            json.beginObject()
                    .field("name", one.name())
                    .field("address", text(one.listener()))
                    .field("connections", one.listener().connections())
                    .endObject();
        }
    }

    /** Where it listens. */
    static String text(Listener listener) {
        return Addresses.text(listener.address());
    }

    /** Those who call the application learn that they are to go elsewhere. */
    void leaveInbound() {
        for (Named one : named) {
            if (one.name().equals(INBOUND)) {
                one.listener().tell(Downstream.LEAVE);
            }
        }
    }

    /** The sockets, for another process. */
    List<FileDescriptor> descriptors() {
        return all.stream().map(Listener::descriptor).filter(Objects::nonNull).toList();
    }

    /** Takes connections, also from sockets that were inherited. Those that came before have waited. */
    void resume() {
        all.forEach(Listener::resume);
    }

    /** Takes nothing new, because the service ends; whether all that is under way has ended by then. */
    boolean drain(long until) {
        return drain(serving, Downstream.DRAIN, until);
    }

    /** Takes nothing new, because another process does; whether all that is under way has ended by then. */
    boolean leave(long until) {
        boolean served = drain(all, Downstream.LEAVE, until);
        all.forEach(listener -> listener.tell(Downstream.DRAIN));
        return served;
    }

    private boolean drain(List<Listener> some, Object event, long until) {
        some.forEach(listener -> listener.drain(event));
        boolean served = true;
        for (Listener one : some) {
            served &= one.await(Math.max(1, (until - clock.nanos()) / MILLI));
        }
        return served;
    }

    void close() {
        all.forEach(Listener::close);
    }
}
