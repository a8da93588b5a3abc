package dev.weft.proxy.http1;

import dev.weft.engine.Engine;
import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.LoopDriver;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import dev.weft.proxy.Client;
import dev.weft.proxy.http2.Http2;
import dev.weft.proxy.http2.Http2Limits;
import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Names;
import dev.weft.proxy.listen.Sockets;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A listener of HTTP/1.1 on one loop, whose clients are known here, and for whom the kernel takes little. */
final class Rig implements AutoCloseable {
    private static final int ROOM = 8 * 1024;
    /** More than that, so that something is left here whatever the kernel takes at a time. */
    private static final WriteBufferWaterMark HELD = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    final Traffic traffic = new Traffic();
    final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final Loops<Worker> loops;
    private final Listener listener;

    Rig(Clock clock, Http1Limits limits, Function<Exchange, Course> courses) throws IOException {
        loops = new Loops<>(
                Sockets.best(), 1, loop -> new Worker(loop, clock, traffic, Http2.streams(Http2Limits.DEFAULT)));
        Function<Worker, ChannelHandler> http = Http1.connections(limits, courses, draining::get);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        listener = Listener.open(loops, any, 100, traffic, worker -> new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.config().setOption(ChannelOption.SO_SNDBUF, ROOM);
                channel.config().setWriteBufferWaterMark(HELD);
                channel.pipeline().addLast(http.apply(worker));
                accepted.add(channel);
            }
        });
        listener.resume();
    }

    /** For requests to an application. */
    static final class Inwards implements Inbound {
        /** Requests that are over. */
        final AtomicInteger over = new AtomicInteger();

        Function<Exchange, Course> to(InetSocketAddress application) {
            return Courses.inbound(application, this, new InboundTrace(new Ambient(() -> true)));
        }

        @Override
        public Served begin(String method, String path, Headers headers) {
            return new Served() {
                @Override
                public void attach() {}

                @Override
                public void detach() {}

                @Override
                public void end(int code, Outcome outcome, @Nullable Throwable error) {
                    over.incrementAndGet();
                }
            };
        }
    }

    /** For requests to the service {@code app}. */
    static final class Outwards implements AutoCloseable {
        final List<Throwable> bugs = new CopyOnWriteArrayList<>();
        private final Names names = new Names();

        Function<Exchange, Course> to(Clock clock, InetSocketAddress endpoint) {
            Engine engine = new Engine(new ThreadRandom(), new Ambient(() -> true), call -> {}, bugs::add);
            Route route = new Route("all", Match.ANY, Action.Forward.to("app"));
            engine.publish(new Snapshot(
                    "1",
                    new Directory(Directory.State.KNOWN, Map.of()),
                    List.of(new VirtualHost("app", List.of("app"), List.of(route))),
                    Map.of("app", Cluster.of("app", List.of(Endpoint.of(endpoint))))));
            LoopDriver driver = new LoopDriver(engine, clock, Outside.NONE);
            return Courses.outbound(engine, driver, Unrouted.refused(names), null);
        }

        @Override
        public void close() {
            names.close();
        }
    }

    Client client() throws IOException {
        return new Client(listener.address(), ROOM);
    }

    /** As a process does that ends. */
    void drain() {
        draining.set(true);
        listener.drain(Downstream.DRAIN);
    }

    int connections() {
        return listener.connections();
    }

    /** Bytes of answers that the client's socket has not taken. */
    static long untaken(Channel of) throws Exception {
        return of.eventLoop()
                .submit(() -> {
                    ChannelOutboundBuffer out = of.unsafe().outboundBuffer();
                    return out == null ? 0 : out.totalPendingWriteBytes();
                })
                .get();
    }

    @Override
    public void close() {
        listener.close();
        loops.close();
    }
}
