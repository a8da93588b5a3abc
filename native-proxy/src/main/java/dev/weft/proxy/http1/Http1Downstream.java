package dev.weft.proxy.http1;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Refusal;
import dev.weft.proxy.listen.Alarm;
import dev.weft.proxy.listen.ClientAddress;
import dev.weft.proxy.listen.Joined;
import dev.weft.proxy.listen.Sockets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection: its requests, one after the other. Reads heads, counts bodies, and keeps what comes too early.
 * Writes happen as bytes come, flushes when the socket they came from has no more.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection, and that is seen
final class Http1Downstream extends ChannelInboundHandlerAdapter implements Downstream {
    /** For a client to read its answer before a reset might take it away (nginx: {@code lingering_timeout}). */
    private static final long LINGER_NANOS = 2_000_000_000L;

    private static final int REQUEST_TIMEOUT = 408;

    private enum Phase {
        /** The next request is awaited, or a part of its head is there. */
        HEAD,
        BODY,
        /** The request is whole, its answer is not. */
        ANSWER,
        TUNNEL,
        /** What comes is not looked at any more. */
        LINGER,
        CLOSED
    }

    private final Worker worker;
    private final Http1Limits limits;
    private final Function<Exchange, Course> courses;
    private final BooleanSupplier draining;
    private final BodyReader body = new BodyReader();
    private final Alarm alarm;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Peer peer;
    private Exchange exchange;
    private Phase phase = Phase.HEAD;
    private long headBy = Long.MAX_VALUE;
    private long activity;
    private long seen;
    private long seenUntaken;
    private boolean reading;
    /** Whether the body of the answer is put into chunks here. */
    private boolean chunks;
    /** Whether the end of the connection is the end of the answer, for a client that knows no chunks. */
    private boolean endsWithClose;
    /** Whether the client has been told that there is no other request. */
    private boolean saidLast;

    private @Nullable ByteBuf held;
    private @Nullable ByteBuf spare;
    private @Nullable Upstream unflushed;
    private @Nullable Upstream tunnel;

    /**
     * @param courses what becomes of the requests of this connection
     * @param draining whether the process wants to end
     */
    Http1Downstream(Worker worker, Http1Limits limits, Function<Exchange, Course> courses, BooleanSupplier draining) {
        this.worker = worker;
        this.limits = limits;
        this.courses = courses;
        this.draining = draining;
        this.alarm = new Alarm(worker.loop, worker.clock, this::ring);
        this.exchange = new Exchange(worker, this, limits, courses);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        peer = new Peer(added.channel());
        alarm.at(worker.clock.nanos() + limits.idleNanos());
    }

    @Override
    public boolean http2() {
        return false;
    }

    // ---- bytes of the client

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        reading = true;
        activity++;
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = held;
        if (before == null) {
            consume(in);
        } else {
            held = Joined.of(from.alloc(), before, in);
        }
    }

    /** Takes what it can of these bytes, and the buffer. */
    private void consume(ByteBuf in) {
        while (in.isReadable()) {
            switch (phase) {
                case HEAD -> {
                    if (!writable()) { // who doesn't read what was answered is not asked what else he wants
                        hold(in);
                        return;
                    }
                    if (!head(in)) {
                        return;
                    }
                }
                case BODY -> {
                    if (!body(in)) {
                        return;
                    }
                }
                case ANSWER -> {
                    hold(in);
                    return;
                }
                case TUNNEL -> {
                    Upstream to = Objects.requireNonNull(tunnel);
                    to.write(in);
                    flushLater(to);
                    if (!to.writable()) {
                        pause();
                    }
                    return;
                }
                case LINGER, CLOSED -> {
                    in.release();
                    return;
                }
            }
        }
        in.release();
    }

    /** Whether the buffer is still ours. */
    private boolean head(ByteBuf in) {
        int result = exchange.head.feed(in);
        if (result == Fields.DONE) {
            headBy = Long.MAX_VALUE;
            return begin(in);
        }
        in.release();
        if (result == Fields.MORE) {
            if (headBy == Long.MAX_VALUE && exchange.head.partial()) {
                headBy = worker.clock.nanos() + limits.headNanos();
                alarm.at(headBy);
            }
        } else {
            refuse(result);
        }
        return false;
    }

    private boolean begin(ByteBuf in) {
        RequestHead head = exchange.head;
        if (head.chunked()) {
            body.chunked();
        } else {
            body.length(Math.max(0, head.contentLength()));
        }
        phase = head.hasBody() ? Phase.BODY : Phase.ANSWER;
        // The buffer that the head came in is the one that it goes out with, where nothing else is in it
        // and nobody still has to write a part of it.
        spare = in.isReadable() || in.refCnt() > 1 ? null : in;
        boolean offered = spare != null;
        exchange.begin();
        boolean taken = offered && spare == null;
        spare = null;
        return !taken;
    }

    /** The one that the head came in, where it is free and has room. */
    @Override
    public ByteBuf buffer(int room) {
        ByteBuf free = spare;
        if (free != null && free.capacity() >= room) {
            spare = null;
            return free.clear();
        }
        return context().alloc().buffer(room);
    }

    private boolean body(ByteBuf in) {
        if (!exchange.takesBody()) {
            hold(in);
            return false;
        }
        int octets = body.take(in);
        if (body.bad()) {
            in.release();
            worker.traffic.malformed.increment();
            phase = Phase.ANSWER;
            exchange.malformedBody();
            return false;
        }
        boolean whole = octets == in.readableBytes();
        ByteBuf part = whole ? in : in.readRetainedSlice(octets);
        if (body.done()) {
            phase = Phase.ANSWER;
        }
        exchange.body(part, body.done());
        return !whole;
    }

    private void hold(ByteBuf in) {
        held = in;
        context().channel().config().setAutoRead(false);
    }

    @Override
    public void resume() {
        ByteBuf before = held;
        if (before != null) {
            held = null;
            consume(before);
        }
        if (held == null && phase != Phase.CLOSED) {
            context().channel().config().setAutoRead(true);
        }
    }

    @Override
    public void pause() {
        context().channel().config().setAutoRead(false);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        reading = false;
        Upstream to = unflushed;
        unflushed = null;
        if (to != null) {
            to.flush();
        }
        from.flush();
    }

    @Override
    public void flushLater(Upstream to) {
        if (!reading) {
            to.flush();
        } else if (unflushed != to) {
            if (unflushed != null) {
                unflushed.flush();
            }
            unflushed = to;
        }
    }

    // ---- bytes for the client

    void write(ByteBuf out) {
        activity++;
        context().write(out, context().voidPromise());
    }

    @Override
    public void interim(ResponseHead head, HeadEdits edits) {
        ByteBuf out = buffer(edits.mostOctets(0));
        edits.answer(head.versionEnd(), out);
        write(out);
    }

    @Override
    public void answer(ResponseHead head, HeadEdits edits, boolean bodyless, boolean keep) {
        boolean unframed = !bodyless && head.contentLength() < 0;
        chunks = unframed && exchange.head.http11();
        endsWithClose = unframed && !chunks;
        if (chunks) {
            edits.chunked();
        }
        saidLast = !keep || endsWithClose;
        if (saidLast) {
            edits.add("connection", "close");
        }
        ByteBuf out = buffer(edits.mostOctets(0));
        edits.answer(head.versionEnd(), out);
        write(out);
    }

    @Override
    public void data(ByteBuf part) {
        activity++;
        if (chunks) {
            Chunks.write(context(), part);
        } else {
            context().write(part, context().voidPromise());
        }
    }

    @Override
    public void end(@Nullable Trailers trailers) {
        if (chunks) {
            Chunks.end(context(), trailers);
        }
    }

    @Override
    public void reply(int status, List<Refusal.Header> headers, String text, boolean keep) {
        saidLast = !keep;
        write(LocalAnswer.of(context().alloc(), status, headers, text, exchange.head.isHead(), keep));
    }

    @Override
    public void flush() {
        context().flush();
    }

    @Override
    public boolean writable() {
        return context().channel().isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        boolean room = from.channel().isWritable();
        exchange.clientWritable(room);
        if (room && phase == Phase.HEAD && held != null) {
            worker.loop.execute(this::resume);
        }
    }

    /** Bytes of answers that the client's socket has not taken yet. */
    private long untaken() {
        ChannelOutboundBuffer out = context().channel().unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
    }

    @Override
    public void active() {
        activity++;
    }

    @Override
    public @Nullable String source() {
        return ClientAddress.of(context().channel());
    }

    @Override
    public Peer peer() {
        return Objects.requireNonNull(peer);
    }

    @Override
    public boolean draining() {
        return draining.getAsBoolean();
    }

    // ---- the end of a request, and of the connection

    @Override
    public void done(boolean keep, boolean detached) {
        if (phase == Phase.CLOSED) {
            return;
        }
        boolean last = saidLast || endsWithClose || phase != Phase.ANSWER;
        // Where the process drains since the answer has begun, the one to the request that is here already says so.
        if (last || !keep && held == null) {
            end();
            return;
        }
        if (detached) {
            exchange = new Exchange(worker, this, limits, courses);
        }
        phase = Phase.HEAD;
        alarm.sooner(worker.clock.nanos() + limits.idleNanos());
        if (held != null) {
            worker.loop.execute(this::resume); // not from within what may be the reading of the same bytes
        } else {
            exchange.head.release();
            context().channel().config().setAutoRead(true); // the end of a body may have been too much for its reader
        }
    }

    private void refuse(int status) {
        worker.traffic.malformed.increment();
        write(LocalAnswer.refused(context().alloc(), status));
        end();
    }

    /** Closes when the client has got what was written; what it still sends is not looked at. */
    private void end() {
        phase = Phase.LINGER;
        ByteBuf rest = held;
        held = null;
        if (rest != null) {
            rest.release();
        }
        ChannelHandlerContext here = context();
        here.channel().config().setAutoRead(true);
        seenUntaken = -1;
        alarm.at(worker.clock.nanos() + limits.streamIdleNanos());
        here.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (written.isSuccess() && here.channel().isActive()) {
                alarm.at(worker.clock.nanos() + LINGER_NANOS);
                Sockets.endOutput(here.channel());
            } else {
                here.close();
            }
        });
    }

    /** What a client takes slowly it gets all the same; when it takes nothing more, that must not look like the end. */
    private void linger() {
        long left = untaken();
        if (left == 0) {
            context().close();
        } else if (left == seenUntaken) {
            breakOff(true, null);
        } else {
            seenUntaken = left;
            alarm.at(worker.clock.nanos() + limits.streamIdleNanos());
        }
    }

    @Override
    public void breakOff(boolean asIfWhole, @Nullable End why) {
        context().flush();
        if ((asIfWhole || endsWithClose) && context().channel() instanceof SocketChannel socket) {
            socket.config().setSoLinger(0); // a reset
            context().pipeline().firstContext().close(); // nor may TLS say that this is the end
            return;
        }
        context().close();
    }

    /** From now on bytes go through in both directions. */
    void tunnel(Upstream with) {
        phase = Phase.TUNNEL;
        tunnel = with;
        resume();
    }

    /** The other end of a tunnel has ended. */
    void closeAfterFlush() {
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private void ring() {
        long now = worker.clock.nanos();
        if (phase == Phase.LINGER) {
            linger();
        } else if (headBy <= now) {
            headBy = Long.MAX_VALUE;
            refuse(REQUEST_TIMEOUT);
        } else {
            long left = untaken();
            if (seen == activity && seenUntaken == left) {
                idle();
                return;
            }
            seen = activity;
            seenUntaken = left;
            // An answer that a slow client is still taking is under way, as far as time goes.
            boolean between = phase == Phase.HEAD && left == 0;
            alarm.at(Math.min(headBy, now + (between ? limits.idleNanos() : limits.streamIdleNanos())));
        }
    }

    private void idle() {
        if (phase == Phase.HEAD) {
            context().close();
        } else if (!exchange.timeOut()) {
            breakOff(exchange.endsWithClose(), null);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event == DRAIN) {
            if (phase == Phase.HEAD && held == null && !exchange.head.partial()) {
                if (untaken() == 0) {
                    from.close();
                } else {
                    end();
                }
            }
        } else {
            from.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        phase = Phase.CLOSED;
        alarm.stop();
        ByteBuf rest = held;
        held = null;
        if (rest != null) {
            rest.release();
        }
        exchange.gone();
        tunnel = null;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
        from.close();
    }
}
