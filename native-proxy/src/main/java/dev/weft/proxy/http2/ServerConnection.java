package dev.weft.proxy.http2;

import dev.weft.proxy.http1.Course;
import dev.weft.proxy.http1.Downstream;
import dev.weft.proxy.http1.Exchange;
import dev.weft.proxy.http1.Http1Limits;
import dev.weft.proxy.http1.Peer;
import dev.weft.proxy.http1.Upstream;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.listen.Alarm;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A client's connection: its streams, and what it may ask of us beside them. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection, and that is seen
final class ServerConnection extends ChannelInboundHandlerAdapter {
    /** For a client to learn that the connection ends before that is so (RFC 9113, section 6.8). */
    private static final long FAREWELL_NANOS = 1_000_000_000L;

    /** Streams that are kept for the next ones. */
    private static final int MOST_SPARE = 16;

    private static final int MOST_SPARE_IDLE = 2;

    // What frames cost of a client's patience, and what earns some.
    private static final int RESET_EARLY = 10;
    private static final int SMALL_UPDATE = 4;
    private static final int SMALL = 1024;
    private static final int EARNED_BY_REQUEST = 5;
    private static final int EARNED_BY_DATA = 2;

    /** A stream that was reset before that time had not been worth its beginning (Envoy: premature reset). */
    private static final long EARLY_NANOS = 1_000_000_000L;

    final Worker worker;
    final Http1Limits limits;
    final Gathering gathering = new Gathering();
    final Codec codec;
    private final Http2Limits http2;
    private final Function<Exchange, Course> courses;
    private final BooleanSupplier draining;
    private final HeadText heads = new HeadText();
    private final IntObjectHashMap<ServerStream> streams = new IntObjectHashMap<>();
    private final ArrayDeque<ServerStream> spare = new ArrayDeque<>();
    private final List<Upstream> unflushed = new ArrayList<>(4);
    private final Alarm alarm;
    private final Patience patience;
    /** Of the codec. */
    private @Nullable ChannelHandlerContext context;

    private @Nullable Peer peer;

    private boolean reading;
    private boolean leaving;
    private boolean left;
    private boolean gone;
    private long activity;
    private long seen;

    ServerConnection(
            Worker worker,
            Http1Limits limits,
            Http2Limits http2,
            Function<Exchange, Course> courses,
            BooleanSupplier draining) {
        this.worker = worker;
        this.limits = limits;
        this.http2 = http2;
        this.courses = courses;
        this.draining = draining;
        this.alarm = new Alarm(worker.loop, worker.clock, this::ring);
        this.patience = new Patience(http2.patience(), worker.clock.nanos());
        this.codec = Codec.server(
                http2,
                limits.head(),
                new Frames(),
                gathering,
                error -> take(error == Http2Error.STREAM_CLOSED ? 1 : RESET_EARLY));
        codec.connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                closed(stream.id());
            }
        });
        codec.encoder().flowController().listener(stream -> {
            ServerStream mine = streams.get(stream.id());
            if (mine != null) {
                mine.writabilityChanged();
            }
        });
    }

    ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    Peer peer() {
        return Objects.requireNonNull(peer);
    }

    Exchange exchange(ServerStream of) {
        return new Exchange(worker, of, limits, courses);
    }

    boolean draining() {
        return draining.getAsBoolean();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Http2Exception {
        // The codec stands before this, and has greeted by now.
        context = added.pipeline().context(codec);
        peer = new Peer(added.channel());
        codec.widen(http2.connectionWindow());
        alarm.at(worker.clock.nanos() + limits.idleNanos());
    }

    // ---- frames

    private final class Frames extends Http2FrameAdapter {
        @Override
        public void onHeadersRead(
                ChannelHandlerContext from,
                int id,
                Http2Headers fields,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean last) {
            onHeadersRead(from, id, fields, padding, last);
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext from, int id, Http2Headers fields, int padding, boolean last) {
            begin();
            ServerStream known = streams.get(id);
            if (known != null) {
                known.trailers(fields, last, heads);
                return;
            }
            patience.give(EARNED_BY_REQUEST);
            ServerStream fresh = spare.pollLast();
            if (fresh == null) {
                fresh = new ServerStream(ServerConnection.this);
            }
            streams.put(id, fresh);
            fresh.begin(Objects.requireNonNull(codec.connection().stream(id)), fields, last, heads);
            if (draining()) {
                depart(); // as HTTP/1.1 says it with an answer; its client came after the others were told
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext from, int id, ByteBuf data, int padding, boolean last) {
            begin();
            if (data.isReadable()) {
                patience.give(EARNED_BY_DATA);
            } else if (!last) {
                take(1);
            }
            ServerStream stream = streams.get(id);
            return stream == null ? data.readableBytes() + padding : stream.data(data, padding, last);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext from, int id, long error) {
            begin();
            ServerStream stream = streams.get(id);
            boolean early = stream != null && worker.clock.nanos() - stream.begunAt() < EARLY_NANOS;
            take(early ? RESET_EARLY : 1);
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext from, Http2Settings settings) {
            begin();
            take(1);
        }

        @Override
        public void onPingRead(ChannelHandlerContext from, long data) {
            begin();
            take(1);
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext from, long data) {
            if (leaving) {
                leave();
            }
        }

        @Override
        public void onPriorityRead(
                ChannelHandlerContext from, int id, int dependency, short weight, boolean exclusive) {
            begin();
            take(1);
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext from, int id, int increment) {
            begin();
            take(increment < SMALL ? SMALL_UPDATE : 1);
        }

        private void begin() {
            reading = true;
            activity++;
        }
    }

    private void take(int cost) {
        if (!patience.take(cost, worker.clock.nanos()) && !left) {
            left = true;
            worker.traffic.floods.increment();
            ChannelHandlerContext here = context();
            codec.goAway(
                    here,
                    codec.connection().remote().lastStreamCreated(),
                    Http2Error.ENHANCE_YOUR_CALM.code(),
                    Unpooled.EMPTY_BUFFER,
                    here.newPromise());
            codec.flush(here);
            here.close();
        }
    }

    private void closed(int id) {
        ServerStream stream = streams.remove(id);
        if (stream == null) {
            return;
        }
        stream.closed();
        if (!gone && spare.size() < MOST_SPARE) {
            spare.addLast(stream);
        } else {
            stream.stop();
        }
        if (gone) {
            return;
        }
        while (streams.isEmpty() && spare.size() > MOST_SPARE_IDLE) {
            spare.removeFirst().stop();
        }
        if (streams.isEmpty() && left) {
            context().close();
        } else if (streams.isEmpty()) {
            alarm.sooner(worker.clock.nanos() + limits.idleNanos());
        }
    }

    // ---- flushing

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        reading = false;
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
        from.fireChannelReadComplete(); // the codec flushes what is for the client itself
    }

    void flushLater(Upstream to) {
        if (!reading) {
            to.flush();
        } else if (unflushed.isEmpty() || unflushed.get(unflushed.size() - 1) != to) {
            unflushed.add(to);
        }
    }

    void flush() {
        if (!reading) {
            codec.flush(context());
        }
    }

    // ---- ends

    private void ring() {
        if (leaving) {
            leave();
        } else if (!streams.isEmpty()) {
            return; // each of them has an alarm of its own
        } else if (seen == activity) {
            leave();
        } else {
            seen = activity;
            alarm.at(worker.clock.nanos() + limits.idleNanos());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event == Downstream.DRAIN || event == Downstream.LEAVE) {
            depart();
        } else {
            from.fireUserEventTriggered(event);
        }
    }

    /** Tells the client, and takes what it sends before it has heard that. */
    private void depart() {
        if (leaving) {
            return;
        }
        leaving = true;
        farewell(Integer.MAX_VALUE);
        codec.encoder().writePing(context(), false, 0, context().newPromise());
        codec.flush(context());
        alarm.at(worker.clock.nanos() + FAREWELL_NANOS);
    }

    private void farewell(int lastStream) {
        ChannelHandlerContext here = context();
        codec.goAway(here, lastStream, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, here.newPromise());
    }

    /** Takes no more streams, and closes when the last one is over. */
    private void leave() {
        if (!left) {
            left = true;
            farewell(codec.connection().remote().lastStreamCreated());
            codec.flush(context());
            if (streams.isEmpty()) {
                context().close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        gone = true;
        alarm.stop();
        for (ServerStream stream : spare) {
            stream.stop();
        }
        spare.clear();
        from.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
        context().close();
    }
}
