package dev.weft.proxy.http2;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Outcome;
import dev.weft.proxy.http1.Downstream;
import dev.weft.proxy.http1.HeadLimits;
import dev.weft.proxy.http1.Target;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.listen.Alarm;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.collection.IntObjectHashMap;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an endpoint that is known to speak HTTP/2. Streams wait until the endpoint has sent its settings: until
 * then nobody knows how many it takes, and whether it speaks HTTP/2 at all.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection, and that is seen
final class ClientConnection extends ChannelInboundHandlerAdapter {
    /** Streams that wait for one connection, which may turn out to take fewer. */
    private static final int MOST_WAITING = 100;

    private static final String PROTOCOL = "h2";

    private final Worker worker;
    private final ClientConnections siblings;
    private final Target target;
    private final Http2Limits limits;
    private final HeadText heads = new HeadText();
    private final Gathering gathering = new Gathering();
    private final Codec codec;
    private final ArrayDeque<ClientStream> waiting = new ArrayDeque<>();
    private final IntObjectHashMap<ClientStream> streams = new IntObjectHashMap<>();
    private final List<Downstream> unflushed = new ArrayList<>(4);
    /** Rings where it is not agreed upon HTTP/2 in time. */
    private final Alarm late;

    private @Nullable ChannelHandlerContext context;
    private boolean ready;
    private boolean leaving;
    private boolean reading;
    /** Whether {@link #flushed} is about to run. */
    private boolean flushing;

    private final Runnable flushed = this::flushed;
    /** The last stream that the peer looks at, once it has said so. */
    private int lastSeen = Integer.MAX_VALUE;

    private long activity;
    private long swept = -1;
    private boolean pinged;

    ClientConnection(Worker worker, ClientConnections siblings, Target target, Http2Limits limits, HeadLimits head) {
        this.worker = worker;
        this.siblings = siblings;
        this.target = target;
        this.limits = limits;
        this.late = new Alarm(
                worker.loop, worker.clock, () -> fail(new IOException("it has not agreed on HTTP/2 in time")));
        this.codec = Codec.client(limits, head, new Frames(), gathering);
        codec.connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                closed(stream.id());
            }

            @Override
            public void onGoAwayReceived(int lastStream, long error, ByteBuf debug) {
                lastSeen = lastStream;
                leave();
            }
        });
        codec.encoder().flowController().listener(stream -> {
            ClientStream mine = streams.get(stream.id());
            if (mine != null) {
                mine.writabilityChanged();
            }
        });
    }

    Target target() {
        return target;
    }

    Codec codec() {
        return codec;
    }

    ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    // ---- its beginning

    /** @param limitNanos for the endpoint's settings to be there */
    void connect(long limitNanos) {
        late.at(worker.clock.nanos() + limitNanos);
        ChannelInitializer<Channel> handlers = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(gathering, codec, ClientConnection.this);
            }
        };
        worker.connect(target, handlers, limitNanos, this::fail, PROTOCOL);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added.pipeline().context(codec);
    }

    @Override
    public void channelActive(ChannelHandlerContext from) throws Http2Exception {
        codec.widen(limits.connectionWindow());
        codec.flush(context());
        from.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            SslHandler tls = from.pipeline().get(SslHandler.class);
            if (!handshake.isSuccess()) {
                fail(handshake.cause());
            } else if (!PROTOCOL.equals(tls.applicationProtocol())) {
                fail(new IOException("the peer has not agreed on HTTP/2"));
            }
        }
        from.fireUserEventTriggered(event);
    }

    private void ready() {
        ready = true;
        late.stop();
        ClientStream next = waiting.peekFirst();
        while (next != null && codec.connection().local().canOpenStream()) {
            waiting.removeFirst();
            next.connected(this);
            next = waiting.peekFirst();
        }
        while (next != null) {
            waiting.removeFirst();
            next.placeAgain();
            next = waiting.peekFirst();
        }
    }

    private void fail(Throwable cause) {
        late.stop();
        leaving = true;
        siblings.remove(this);
        ClientStream next = waiting.pollFirst();
        while (next != null) {
            next.fail(End.failed(Outcome.CONNECT_FAILURE, cause));
            next = waiting.pollFirst();
        }
        if (context != null) {
            context.close();
        }
    }

    // ---- its streams

    /** Whether it takes one more. */
    boolean room() {
        return !leaving && (ready ? codec.connection().local().canOpenStream() : waiting.size() < MOST_WAITING);
    }

    void open(ClientStream stream) {
        if (ready) {
            stream.connected(this);
        } else {
            waiting.addLast(stream);
        }
    }

    /** The number of the next stream, which is begun with its head. */
    int next() {
        int id = codec.connection().local().incrementAndGetNextStreamId();
        if (id < 0) {
            leave();
            throw new IllegalArgumentException("the connection has had all of its streams");
        }
        return id;
    }

    /** Its head was written. */
    Http2Stream begun(int id, ClientStream stream) {
        Http2Stream begun = codec.connection().stream(id);
        if (begun == null) {
            throw new IllegalArgumentException("the connection takes no more streams");
        }
        streams.put(id, stream);
        return begun;
    }

    private void closed(int id) {
        ClientStream stream = streams.remove(id);
        if (stream != null) {
            stream.closed(id > lastSeen);
        }
        if (leaving && streams.isEmpty()) {
            context().close();
        }
    }

    /** Takes no more streams, and closes when the last one is over. */
    private void leave() {
        if (!leaving) {
            leaving = true;
            siblings.remove(this);
            ClientStream next = waiting.pollFirst();
            while (next != null) {
                next.placeAgain();
                next = waiting.pollFirst();
            }
        }
        if (streams.isEmpty()) {
            context().close();
        }
    }

    /** Closes what was idle for a whole time between two sweeps, and what doesn't answer a ping for as long. */
    void sweep() {
        boolean quiet = swept == activity;
        swept = activity;
        if (!quiet || !ready) {
            pinged = false;
        } else if (streams.isEmpty()) {
            leave();
        } else if (pinged) {
            leaving = true;
            siblings.remove(this);
            context().close();
        } else {
            pinged = true;
            codec.encoder().writePing(context(), false, 0, context().newPromise());
            codec.flush(context());
        }
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
            ClientStream stream = streams.get(id);
            if (stream != null) {
                stream.fields(fields, last, heads);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext from, int id, ByteBuf data, int padding, boolean last) {
            begin();
            ClientStream stream = streams.get(id);
            return stream == null ? data.readableBytes() + padding : stream.data(data, padding, last);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext from, int id, long error) {
            begin();
            ClientStream stream = streams.get(id);
            if (stream != null) {
                stream.wasReset(error);
            }
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext from, Http2Settings settings) {
            begin();
            if (!ready) {
                worker.loop.execute(ClientConnection.this::ready); // when they are in force
            }
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext from, long data) {
            begin();
        }

        private void begin() {
            reading = true;
            activity++;
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
        from.fireChannelReadComplete();
    }

    void flushLater(Downstream to) {
        if (!reading) {
            to.flush();
        } else if (unflushed.isEmpty() || unflushed.get(unflushed.size() - 1) != to) {
            unflushed.add(to);
        }
    }

    /** Behind all that is read in this turn of the loop: what several clients have for the endpoint goes out at once. */
    void flush() {
        if (!reading && !flushing) {
            flushing = true;
            worker.loop.execute(flushed);
        }
    }

    private void flushed() {
        flushing = false;
        codec.flush(context());
    }

    // ---- ends

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        fail(new IOException("closed before it had agreed on HTTP/2"));
        from.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
        if (!ready) {
            fail(failure);
        }
        context().close();
    }

    /** What a number in a reset stands for. */
    static String error(long code) {
        Http2Error error = Http2Error.valueOf(code);
        return error == null ? Long.toString(code) : error.name();
    }
}
