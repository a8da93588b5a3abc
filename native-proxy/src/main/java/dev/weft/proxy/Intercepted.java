package dev.weft.proxy;

import dev.weft.client.report.Log;
import dev.weft.engine.Engine;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.proxy.address.VirtualAddresses;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.dns.DnsServer;
import dev.weft.proxy.dns.DnsSettings;
import dev.weft.proxy.dns.MeshNames;
import dev.weft.proxy.dns.SnapshotNames;
import dev.weft.proxy.http1.Meant;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.intercept.Heartbeat;
import dev.weft.proxy.intercept.OriginalDestination;
import dev.weft.proxy.listen.Names;
import dev.weft.proxy.tcp.Tunnels;
import dev.weft.telemetry.MetricWriter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the proxy does for applications that know nothing of it: answers their questions to DNS, and serves the
 * connections that interception leads here by where they were going.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closing
final class Intercepted implements AutoCloseable {
    private static final long BEAT_MILLIS = 1000;

    private final ProxyConfig config;
    private final Log log;
    private final Log dnsLog;
    private final VirtualAddresses addresses = new VirtualAddresses(VirtualAddresses.DEFAULT_IPV4, null);
    private final SnapshotNames names;
    private final Tunnels tunnels;
    private final Predicate<InetSocketAddress> own;
    private final Names outside;
    private final Bypass bypass;
    private final LongAdder refused = new LongAdder();
    private @Nullable DnsServer dns;
    private @Nullable Beating beating;

    /** @param own whether that is the outbound listener itself */
    Intercepted(ProxyConfig config, Engine engine, Clock clock, Log log, Log dnsLog, Predicate<InetSocketAddress> own) {
        this.config = config;
        this.log = log;
        this.dnsLog = dnsLog;
        this.own = own;
        this.names = new SnapshotNames(addresses, clock, dnsLog::warn);
        this.tunnels =
                new Tunnels(config.limits().connectNanos(), config.opaque().idleNanos(), clock);
        this.outside = new Names(names::owns);
        this.bypass = new Bypass(engine, outside, tunnels, own, log);
    }

    /** What DNS says of hosts, without what mesh DNS says. */
    Names outside() {
        return outside;
    }

    Bypass bypass() {
        return bypass;
    }

    /** To be called with each new snapshot, by one thread. */
    void publish(Snapshot snapshot) {
        if (config.intercept() || config.dnsPort() != 0) {
            names.publish(snapshot);
        }
    }

    /**
     * @param loop tells the rules that the proxy lives
     * @param port of the outbound listener
     * @param isIpv6 the host has the loopback address of IPv6
     * @throws IOException when mesh DNS can't have its port
     */
    void listen(EventLoop loop, int port, boolean isIpv6) throws IOException {
        if (config.intercept()) {
            beating = new Beating(loop, new Heartbeat(port, isIpv6), BEAT_MILLIS, log);
        }
        if (config.dnsPort() == 0) {
            return;
        }
        DnsSettings standard = DnsSettings.standard();
        List<InetSocketAddress> listen = standard.listen().stream()
                .map(one -> new InetSocketAddress(one.getAddress(), config.dnsPort()))
                .toList();
        dns = DnsServer.start(
                DnsSettings.at(listen, standard.resolvConf(), standard.upstreamPort()), names, dnsLog::warn);
        dnsLog.info("proxy " + config.service() + ": mesh DNS on port " + config.dnsPort());
    }

    /** Rules that are there count from now on. */
    void begin() {
        if (beating != null) {
            beating.begin();
        }
    }

    /** Rules that are there count no more. */
    void end() {
        if (beating != null) {
            beating.end();
        }
    }

    /**
     * For connections of the application to others.
     *
     * @param explicit serves those that were made to the listener itself
     * @param mesh serves those that were meant for a service
     */
    Function<Worker, ChannelHandler> outbound(Function<Worker, ChannelHandler> explicit, Reception mesh) {
        return led(explicit, (worker, channel, to) -> serve(worker, channel, to, mesh));
    }

    /** A connection of the application's, by where it was going. */
    void serve(Worker worker, Channel channel, InetSocketAddress to, Reception mesh) {
        int from = ((InetSocketAddress) channel.remoteAddress()).getPort();
        if (own.test(to) || tunnels.isOwn(from)) {
            refuse(channel, "comes from this proxy: interception has to leave the proxy's user alone");
        } else if (bypass.isOn() && !names.owns(to.getAddress())) {
            lead(worker, channel, to, mesh); // the rules have no say in it
        } else {
            mesh.whenKnown(channel, to, () -> lead(worker, channel, to, mesh));
        }
    }

    private void lead(Worker worker, Channel channel, InetSocketAddress to, Reception mesh) {
        boolean virtual = names.owns(to.getAddress());
        String named = names.nameOf(to.getAddress());
        Meant meant = meant(to, named, virtual);
        if (meant != null) {
            mesh.serve(
                    worker,
                    channel,
                    meant,
                    virtual ? bypass.to(meant.service(), meant.port()) : client -> tunnels.lead(client, to));
        } else if (virtual && named != null && bypass.isOn()) {
            bypass.to(named, to.getPort()).accept(channel);
        } else if (virtual) {
            refuse(channel, "is to a virtual address or port that no service has");
        } else {
            tunnels.lead(channel, to);
        }
    }

    private @Nullable Meant meant(InetSocketAddress to, @Nullable String named, boolean virtual) {
        String name = named == null ? to.getAddress().getHostAddress() : named;
        MeshNames.Service service = names.find(name);
        return service == null || !service.ports().isEmpty() && !service.ports().contains(to.getPort())
                ? null
                : new Meant(name, to.getPort(), host -> names.find(host) != null, virtual ? null : to);
    }

    /**
     * For connections from others.
     *
     * @param application serves those that were meant for the application
     */
    Function<Worker, ChannelHandler> inbound(Function<Worker, ChannelHandler> application) {
        return led(application, (worker, channel, to) -> {
            if (to.getPort() == config.application()) {
                channel.pipeline().addLast(application.apply(worker));
            } else if (own.test(to)) {
                refuse(channel, "is from another host to the outbound listener");
            } else {
                tunnels.lead(channel, to);
            }
        });
    }

    private interface Led {
        void serve(Worker worker, Channel channel, InetSocketAddress to);
    }

    private Function<Worker, ChannelHandler> led(Function<Worker, ChannelHandler> straight, Led led) {
        if (!config.intercept()) {
            return straight;
        }
        return worker -> new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                InetSocketAddress to = OriginalDestination.of(channel);
                if (to == null || to.equals(channel.localAddress())) {
                    channel.pipeline().addLast(straight.apply(worker));
                } else {
                    led.serve(worker, channel, to);
                }
            }
        };
    }

    private void refuse(Channel channel, String why) {
        refused.increment();
        log.warn("an intercepted connection is refused: it " + why);
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close();
    }

    /** Writes all numbers; none where nothing is intercepted. */
    void write(MetricWriter out) {
        if (config.intercept() || !config.opaque().listeners().isEmpty()) {
            tunnels.write("weft_tcp_tunnels", "Connections beside the rules", out);
        }
        if (config.intercept()) {
            out.single(
                    "weft_intercept_refused_total",
                    MetricWriter.Type.COUNTER,
                    "Intercepted connections that led nowhere, or in a circle.",
                    refused.sum());
        }
        DnsServer server = dns;
        if (server != null) {
            out.family("weft_dns_events_total", MetricWriter.Type.COUNTER, "What mesh DNS did, by kind.");
            server.counts()
                    .forEach((event, count) ->
                            out.sample(count, "event", event.name().toLowerCase(Locale.ROOT)));
        }
    }

    @Override
    public void close() {
        if (beating != null) {
            beating.close();
        }
        if (dns != null) {
            dns.close();
        }
        outside.close();
    }
}
