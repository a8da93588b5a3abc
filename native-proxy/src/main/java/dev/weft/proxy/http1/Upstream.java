package dev.weft.proxy.http1;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.drive.Ending;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection to an endpoint: idle in its pool, or at work for one exchange. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection, and that is seen
final class Upstream extends ChannelInboundHandlerAdapter implements Headers {
    private enum Phase {
        CONNECTING,
        IDLE,
        /** The head of an answer is awaited. */
        HEAD,
        /** It is there, and nobody has said yet what becomes of it. */
        WAITING,
        BODY,
        TUNNEL,
        /** The client of a tunnel has gone; what it wrote last still goes out. */
        LEFT,
        CLOSED
    }

    /** For the peer of a tunnel to take what is written when the client has gone. */
    private static final long LINGER_SECONDS = 2;

    /** Interim answers that are kept for a client that doesn't read: nothing holds back what comes before an answer. */
    private static final int MOST_UNREAD = 16;

    private final Worker worker;
    private final Target target;
    final ResponseHead head;
    private final BodyReader body = new BodyReader();
    private Phase phase = Phase.CONNECTING;
    private @Nullable ChannelHandlerContext context;

    private @Nullable Exchange exchange;
    private @Nullable Attempt attempt;
    private @Nullable Ending copy;
    private long connectNanos;
    private @Nullable Head seen;

    /** When it became idle, in sweeps of its pool. */
    int idleSince;

    private boolean reused;
    private boolean silent;
    /** Whether the request went out to its end: else the peer takes the next head for the rest of the body. */
    private boolean sent;

    private boolean headOnly;
    /** Interim answers that came while the client had enough to read. */
    private int unread;

    private boolean reading;
    private @Nullable ByteBuf waiting;
    /** Where in that buffer the head begins; -1 where it came in several. */
    private int headAt;

    private @Nullable Downstream client;
    private @Nullable Downstream unflushed;

    Upstream(Worker worker, Target target, HeadLimits limits) {
        this.worker = worker;
        this.target = target;
        this.head = new ResponseHead(limits, worker.arrays);
    }

    Target target() {
        return target;
    }

    @Nullable
    Attempt attempt() {
        return attempt;
    }

    long connectNanos() {
        return connectNanos;
    }

    /** Whether it carries a copy, whose answer nobody gets. */
    boolean copy() {
        return copy != null;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    private Exchange exchange() {
        return Objects.requireNonNull(exchange);
    }

    // ---- for whom

    void assign(Exchange to, @Nullable Attempt of, @Nullable Ending copying, long connecting) {
        exchange = to;
        attempt = of;
        copy = copying;
        connectNanos = connecting;
    }

    void connect(long limitNanos) {
        worker.traffic.connects.increment();
        worker.connect(target, this, limitNanos).addListener(done -> {
            if (!done.isSuccess()) {
                fail(End.failed(Outcome.UNSENT, done.cause()));
            }
        });
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelActive(ChannelHandlerContext from) {
        if (from.pipeline().get(SslHandler.class) == null) {
            connected();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                connected();
            } else {
                fail(End.failed(Outcome.UNSENT, handshake.cause()));
            }
        }
    }

    private void connected() {
        if (exchange == null) {
            context().close(); // nobody wants it any more
            return;
        }
        exchange.transmit(this);
    }

    /** The head of a request goes out; the head of an answer is awaited. */
    void send(ByteBuf out, boolean headRequest) {
        phase = Phase.HEAD;
        silent = true;
        sent = false;
        unread = 0;
        headOnly = headRequest;
        head.clear();
        write(out);
    }

    /** The request has been written to its end. */
    void sent() {
        sent = true;
    }

    void write(ByteBuf out) {
        context().write(out, context().voidPromise());
    }

    void flush() {
        context().flush();
    }

    boolean writable() {
        return context().channel().isWritable();
    }

    boolean usable() {
        return phase == Phase.IDLE && context().channel().isActive();
    }

    void read(boolean on) {
        context().channel().config().setAutoRead(on);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        if (phase == Phase.TUNNEL) {
            Downstream other = client;
            if (other != null && from.channel().isWritable()) {
                other.resume();
            } else if (other != null) {
                other.pause();
            }
        } else if (exchange != null && from.channel().isWritable()) {
            exchange.upstreamWritable(this);
        }
    }

    // ---- bytes of the peer

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        reading = true;
        ByteBuf in = (ByteBuf) message;
        switch (phase) {
            case HEAD -> head(in);
            case WAITING -> {
                ByteBuf before = Objects.requireNonNull(waiting);
                ByteBuf all = from.alloc().buffer(before.readableBytes() + in.readableBytes());
                waiting = all.writeBytes(before).writeBytes(in);
                headAt = -1;
                before.release();
                in.release();
            }
            case BODY -> forward(in);
            case TUNNEL -> {
                Downstream to = Objects.requireNonNull(client);
                to.write(in);
                unflushed = to;
                if (!to.writable()) {
                    read(false);
                }
            }
            case LEFT -> in.release(); // read all the same: unread bytes would make a reset of the end
            case CONNECTING, IDLE, CLOSED -> {
                in.release(); // nobody has asked
                close();
            }
        }
    }

    private void head(ByteBuf in) {
        silent = false;
        if (exchange != null) {
            exchange.client.active();
        }
        while (true) {
            int start = head.partial() ? -1 : in.readerIndex();
            int result = head.feed(in);
            if (result == Fields.MORE) {
                in.release();
                return;
            }
            boolean switching = result == Fields.DONE && head.status() == 101;
            if (result != Fields.DONE
                    || switching && (copy != null || !exchange().head.upgrade())) {
                in.release();
                fail(End.failed(Outcome.RESET, new IOException("the answer is not HTTP/1.1 that can be understood")));
                return;
            }
            if (!head.interim()) {
                whole(in, start);
                return;
            }
            if (copy == null && !exchange().client.writable() && ++unread > MOST_UNREAD) {
                in.release();
                fail(End.failed(Outcome.RESET, new IOException("interim answers without end")));
                return;
            }
            exchange().interim(this);
            unflushed = exchange().client;
            head.clear();
        }
    }

    private void whole(ByteBuf in, int start) {
        frame();
        waiting = in;
        headAt = start;
        if (copy != null) {
            phase = Phase.BODY;
            waiting = null;
            forward(in);
            return;
        }
        phase = Phase.WAITING;
        exchange().headOf(this);
        if (phase == Phase.WAITING) {
            read(false);
        }
    }

    /** RFC 9112, section 6.3. */
    private void frame() {
        int status = head.status();
        if (headOnly || status == 204 || status == 304 || status == 101) {
            body.none();
        } else if (head.chunked()) {
            body.chunked();
        } else if (head.contentLength() >= 0) {
            body.length(head.contentLength());
        } else {
            body.untilClose();
        }
    }

    /** What policies look at; the headers are read here for as long as the exchange lasts. */
    Head seen() {
        Head before = seen;
        if (before == null || before.code() != head.status()) {
            before = Head.http(head.status(), this);
            seen = before;
        }
        return before;
    }

    @Override
    public @Nullable String first(String name) {
        return head.fields.first(head.bytes(), name, worker.texts);
    }

    boolean waits() {
        return phase == Phase.WAITING;
    }

    /** Whether bytes go through it in both directions, for as long as both sides like. */
    boolean tunnels() {
        return phase == Phase.TUNNEL;
    }

    /** Whether the client can't tell the end of this answer but by the end of its connection. */
    boolean endsWithClose() {
        return body.endsWithClose();
    }

    // ---- to the client

    /** Hands the answer on: the buffer it came in, where nothing of the head changes. */
    void deliver(Downstream to, HeadEdits edits, Refusal.@Nullable Header header, boolean keep) {
        client = to;
        ByteBuf in = Objects.requireNonNull(waiting);
        waiting = null;
        boolean gone = phase == Phase.CLOSED;
        if (!gone) {
            read(to.writable()); // it was not while nobody knew what becomes of its answer
        }
        boolean switching = head.status() == 101;
        phase = Phase.BODY;
        if (head.plain() && keep && headAt >= 0 && !switching && header == null) {
            int bodyAt = in.readerIndex();
            int octets = body.take(in);
            if (!body.bad() && bodyAt + octets == in.writerIndex()) {
                in.readerIndex(headAt);
                hand(in, true);
                after(gone);
                return;
            }
            in.readerIndex(headAt);
            to.write(in.readRetainedSlice(bodyAt - headAt + (body.bad() ? 0 : octets)));
            if (body.bad()) {
                in.release();
                fail(End.failed(Outcome.RESET, new IOException("the answer's chunks can't be understood")));
                return;
            }
            in.skipBytes(in.readableBytes());
            hand(in, false);
            after(gone);
            return;
        }
        edits.begin(head.fields, head.bytes());
        edits.leaveHop(switching);
        if (!keep && !switching) {
            edits.add("connection", "close");
        }
        if (header != null) {
            edits.add(header.name(), header.value());
        }
        ByteBuf out = context().alloc().buffer(edits.mostOctets(0));
        edits.answer(head.versionEnd(), out);
        to.write(out);
        unflushed = to;
        if (switching) {
            switched(to, in);
            if (gone) {
                closed();
            }
            return;
        }
        forward(in);
        after(gone);
    }

    /** The connection had closed while the answer was waiting. */
    private void after(boolean gone) {
        if (gone && phase == Phase.BODY) {
            closed();
        }
        if (!reading) {
            flushClient();
        }
    }

    private void forward(ByteBuf in) {
        int octets = body.take(in);
        if (body.bad()) {
            in.release();
            fail(End.failed(Outcome.RESET, new IOException("the answer's chunks can't be understood")));
            return;
        }
        if (octets == in.readableBytes()) {
            hand(in, true);
        } else {
            Downstream to = client;
            if (to != null && octets > 0) {
                to.write(in.readRetainedSlice(octets));
            }
            in.skipBytes(in.readableBytes());
            hand(in, false);
        }
    }

    /**
     * @param clean whether nothing came behind the answer
     */
    private void hand(ByteBuf in, boolean clean) {
        Downstream to = client;
        if (to == null || !in.isReadable()) {
            in.release();
        } else {
            to.write(in);
        }
        unflushed = to;
        if (body.done()) {
            finish(clean && !head.close() && context().channel().isActive());
        } else if (to != null && !to.writable()) {
            read(false);
        }
    }

    private void switched(Downstream to, ByteBuf in) {
        phase = Phase.TUNNEL;
        if (in.isReadable()) {
            to.write(in);
        } else {
            in.release();
        }
        read(true);
        to.tunnel(this);
        if (!reading) {
            flushClient();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        reading = false;
        flushClient();
    }

    private void flushClient() {
        Downstream to = unflushed;
        unflushed = null;
        if (to != null) {
            to.flush();
        }
    }

    // ---- ends

    private void finish(boolean reusable) {
        Exchange of = exchange;
        Ending copied = copy;
        exchange = null;
        client = null;
        boolean clean = reusable && sent;
        if (copied == null && of != null) {
            of.finished(this);
        } else if (copied != null) {
            copied.end(End.COMPLETE);
        }
        letGo(clean);
    }

    private void letGo(boolean reusable) {
        attempt = null;
        copy = null;
        seen = null;
        head.release();
        reused = true;
        if (reusable) {
            phase = Phase.IDLE;
            // Whoever reads slowly is another's client now.
            read(true);
            reusable = worker.pools.put(this);
        }
        if (!reusable) {
            close();
        }
    }

    /** What was sent came to nothing; only the first word of it counts. */
    void fail(End end) {
        Exchange of = exchange;
        Ending copied = copy;
        exchange = null;
        copy = null;
        close();
        if (of == null) {
            return;
        }
        if (copied != null) {
            copied.end(end);
        } else {
            of.failed(this, end);
        }
    }

    /** Its answer is not wanted; nothing is said of it. What can be drained at once saves the connection. */
    void abort() {
        exchange = null;
        client = null;
        ByteBuf in = waiting;
        waiting = null;
        boolean drained = false;
        if (in != null) {
            int octets = body.take(in);
            boolean whole = body.done() && octets == in.readableBytes() && head.status() != 101;
            drained = phase == Phase.WAITING && whole && sent && !head.close();
            in.release();
        }
        if (drained) {
            letGo(true);
        } else {
            close();
        }
    }

    /** A copy that has not been answered by now will not be. */
    void expireCopy() {
        if (copy != null) {
            fail(End.failed(Outcome.DEADLINE, new IOException("a copy was not answered in time")));
        }
    }

    void close() {
        phase = Phase.CLOSED;
        ByteBuf in = waiting;
        waiting = null;
        if (in != null) {
            in.release();
        }
        if (context != null) {
            context.close();
        }
    }

    /** The client of a tunnel has gone: closes when the peer has taken what is written, or takes it too slowly. */
    void leave() {
        exchange = null;
        client = null;
        phase = Phase.LEFT;
        read(true);
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        worker.loop.schedule(this::close, LINGER_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        switch (phase) {
            case IDLE -> {
                phase = Phase.CLOSED;
                worker.pools.remove(this);
            }
            case WAITING -> phase = Phase.CLOSED; // what has come may still be handed on
            case LEFT -> phase = Phase.CLOSED;
            case CLOSED -> {}
            default -> closed();
        }
    }

    /** The peer has closed while something was under way. */
    private void closed() {
        switch (phase) {
            case HEAD -> {
                Exchange of = exchange;
                if (reused && silent && copy == null && of != null) {
                    exchange = null;
                    phase = Phase.CLOSED;
                    if (of.resend(this)) {
                        return;
                    }
                    exchange = of;
                }
                fail(End.failed(Outcome.RESET, new IOException("closed before it had answered")));
            }
            case BODY -> {
                if (body.endsWithClose()) {
                    phase = Phase.CLOSED;
                    finish(false);
                } else {
                    fail(End.failed(Outcome.RESET, new IOException("closed in the middle of its answer")));
                }
            }
            case TUNNEL -> {
                Downstream other = client;
                phase = Phase.CLOSED;
                finish(false);
                if (other != null) {
                    other.closeAfterFlush();
                }
            }
            default -> fail(End.failed(Outcome.UNSENT, new IOException("closed while connecting")));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
        if (phase == Phase.WAITING && !body.endsWithClose()) {
            from.close(); // what has come may still be handed on
        } else if (phase == Phase.HEAD && reused && silent) {
            closed();
            from.close();
        } else {
            // Also where a body ends with the connection: a reset is no end that it may have.
            fail(End.failed(phase == Phase.CONNECTING ? Outcome.UNSENT : Outcome.RESET, failure));
        }
    }
}
