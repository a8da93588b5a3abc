package dev.weft.proxy.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Mesh DNS on its port, over UDP and TCP, on one thread of its own. Names that the mesh doesn't know are
 * forwarded whatever became of the control plane.
 */
public final class DnsServer implements AutoCloseable {
    private static final int IDLE_SECONDS = 30;

    private final EventLoopGroup group;
    private final Counts counts = new Counts();
    private final Resolver resolver;
    private final EventLoop loop;
    private @Nullable ResolvConfWatch watch;
    private int port;
    private int connections;

    /**
     * Listens, and follows resolv.conf, when this returns.
     *
     * @param log gets what went wrong, one sentence each; on several threads
     * @throws IOException the port can't be had, or resolv.conf can't be read
     */
    public static DnsServer start(DnsSettings settings, MeshNames names, Consumer<String> log) throws IOException {
        return start(settings, names, log, Time::of);
    }

    static DnsServer start(DnsSettings settings, MeshNames names, Consumer<String> log, Function<EventLoop, Time> time)
            throws IOException {
        var file = new ResolvConfFile(settings.resolvConf());
        ResolvConf first = file.changed();
        if (first == null) {
            log.accept(settings.resolvConf() + " names no server: only names of the mesh are answered until it does");
            first = ResolvConf.parse("");
        }
        // Where it listens on port 53 itself, resolv.conf mostly names it.
        List<InetAddress> own = settings.listen().stream()
                .filter(address -> address.getPort() == settings.upstreamPort())
                .map(InetSocketAddress::getAddress)
                .toList();
        var server = new DnsServer(settings, names, log, time);
        try {
            server.use(first.without(own));
            server.listen(settings, log);
            server.watch = new ResolvConfWatch(file, conf -> server.use(conf.without(own)), log);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private DnsServer(DnsSettings settings, MeshNames names, Consumer<String> log, Function<EventLoop, Time> clock) {
        group = Transport.group(run -> {
            var thread = new Thread(run, "weft-dns");
            thread.setDaemon(true);
            return thread;
        });
        loop = group.next();
        Time time = clock.apply(loop);
        var forwarder = new Forwarder(
                new Upstreams(settings.upstreamPort()),
                new AnswerCache(settings.cacheEntries(), settings.cacheBytes()),
                settings.mostWaiting(),
                loop,
                time,
                counts);
        var mesh = new MeshAnswers(names, settings.ttlSeconds(), Math.min(5, settings.ttlSeconds()));
        resolver = new Resolver(
                names, mesh, forwarder, loop, settings.mostWaiting(), settings.isShortening(), time, counts);
    }

    private void use(ResolvConf conf) {
        loop.execute(() -> resolver.use(conf));
    }

    private void listen(DnsSettings settings, Consumer<String> log) throws IOException {
        var transport = Transport.of(loop);
        var streams = new ServerBootstrap()
                .group(loop)
                .channel(transport.server())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, settings, log);
                    }
                });
        var datagrams = new Bootstrap()
                .group(loop)
                .channel(transport.datagram())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(4096));
        for (InetSocketAddress wanted : settings.listen()) {
            var address = wanted.getPort() == 0 ? new InetSocketAddress(wanted.getAddress(), port) : wanted;
            int got = bound(address, streams.bind(address));
            var same = new InetSocketAddress(address.getAddress(), got);
            bound(same, datagrams.clone().handler(new UdpHandler(resolver, log)).bind(same));
            port = port == 0 ? got : port;
        }
    }

    private static int bound(InetSocketAddress address, ChannelFuture binding) throws IOException {
        if (!binding.awaitUninterruptibly().isSuccess()) {
            throw new IOException("mesh DNS can't listen on " + address + ": " + binding.cause(), binding.cause());
        }
        return ((InetSocketAddress) binding.channel().localAddress()).getPort();
    }

    private void accept(Channel channel, DnsSettings settings, Consumer<String> log) {
        if (connections >= settings.mostConnections()) {
            counts.add(DnsEvent.OVERLOAD);
            channel.close();
            return;
        }
        connections++;
        channel.closeFuture().addListener(closed -> connections--);
        channel.pipeline()
                .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS, TimeUnit.SECONDS))
                .addLast(new LengthFieldBasedFrameDecoder(Wire.MOST + 2, 0, 2, 0, 2))
                .addLast(new FlowControlHandler()) // one read may hold more questions than may be open
                .addLast(new TcpHandler(resolver, log));
    }

    /** Where it listens, over UDP and TCP, on the first of its addresses. */
    public int port() {
        return port;
    }

    /** How often each thing happened since the start. */
    public Map<DnsEvent, Long> counts() {
        return counts.read();
    }

    /** Ends at once: who waits for an answer gets none. */
    @Override
    public void close() {
        try {
            if (watch != null) {
                watch.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}
