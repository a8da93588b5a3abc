package dev.weft.proxy.http1;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.snapshot.HeaderEdits;
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
final class Http1Upstream extends ChannelInboundHandlerAdapter implements Upstream {
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
    private final ResponseHead head;
    private final AnswerHead answer;
    private final AnswerPassage passage;
    private Phase phase = Phase.CONNECTING;
    private @Nullable ChannelHandlerContext context;

    private @Nullable Exchange exchange;
    private @Nullable Attempt attempt;
    private @Nullable Ending copy;
    private long connectNanos;

    /** When it became idle, in sweeps of its pool. */
    int idleSince;

    /** Null in the clear. */
    private @Nullable SslHandler tls;

    private boolean reused;
    private boolean silent;
    /** Whether the request went out to its end: else the peer takes the next head for the rest of the body. */
    private boolean sent;

    /** Whether the body of the request is put into chunks here. */
    private boolean chunks;

    private boolean headOnly;
    /** Interim answers that came while the client had enough to read. */
    private int unread;

    private boolean reading;

    Http1Upstream(Worker worker, Target target, HeadLimits limits) {
        this.worker = worker;
        this.target = target;
        this.answer = new AnswerHead(limits, worker);
        this.head = answer.head;
        this.passage = new AnswerPassage(head, limits, worker);
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public ResponseHead head() {
        return head;
    }

    @Override
    public @Nullable Attempt attempt() {
        return attempt;
    }

    @Override
    public long connectNanos() {
        return connectNanos;
    }

    @Override
    public boolean copy() {
        return copy != null;
    }

    @Override
    public boolean upgrades() {
        return true;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    private Exchange exchange() {
        return Objects.requireNonNull(exchange);
    }

    // ---- for whom

    @Override
    public void assign(Exchange to, @Nullable Attempt of, @Nullable Ending copying, long connecting) {
        exchange = to;
        attempt = of;
        copy = copying;
        connectNanos = connecting;
    }

    @Override
    public void connect(long limitNanos) {
        worker.traffic.connects.increment();
        worker.connect(target, this, limitNanos, failure -> fail(End.failed(Outcome.CONNECT_FAILURE, failure)));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        tls = added.pipeline().get(SslHandler.class);
    }

    @Override
    public void channelActive(ChannelHandlerContext from) {
        if (tls == null) {
            connected();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                connected();
            } else {
                fail(End.failed(Outcome.CONNECT_FAILURE, handshake.cause()));
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
    @Override
    public void send(RequestHead request, HeadEdits edits, @Nullable String path) {
        chunks = request.open();
        if (chunks) {
            edits.chunked();
        }
        ByteBuf out = exchange().client.buffer(edits.mostOctets(path == null ? 0 : path.length()));
        try {
            request.write(edits, path, out);
        } catch (IllegalArgumentException e) {
            out.release();
            throw e;
        }
        phase = Phase.HEAD;
        silent = true;
        sent = false;
        unread = 0;
        headOnly = request.isHead();
        head.clear();
        context().write(out, context().voidPromise());
    }

    @Override
    public void write(ByteBuf part) {
        if (chunks) {
            Chunks.write(context(), part);
        } else {
            context().write(part, context().voidPromise());
        }
    }

    @Override
    public void sent(@Nullable Trailers trailers) {
        sent = true;
        if (chunks) {
            Chunks.end(context(), trailers);
        }
    }

    @Override
    public void flush() {
        context().flush();
    }

    @Override
    public boolean writable() {
        return context().channel().isWritable();
    }

    boolean usable() {
        return phase == Phase.IDLE && context().channel().isActive();
    }

    @Override
    public void read(boolean on) {
        context().channel().config().setAutoRead(on);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        if (phase == Phase.TUNNEL) {
            Http1Downstream other = (Http1Downstream) passage.client();
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
            case WAITING -> passage.append(in, from.alloc());
            case BODY -> settle(passage.forward(in));
            case TUNNEL -> {
                passage.pass(in);
                if (passage.full()) {
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
                    || switching
                            && (copy != null
                                    || exchange().client.http2()
                                    || !exchange().head.upgrade())) {
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
            passage.flushLater(exchange().client);
            head.clear();
        }
    }

    private void whole(ByteBuf in, int start) {
        passage.frame(headOnly);
        if (copy != null) {
            phase = Phase.BODY;
            settle(passage.forward(in));
            return;
        }
        passage.await(in, start);
        phase = Phase.WAITING;
        exchange().headOf(this);
        if (phase == Phase.WAITING) {
            read(false);
        }
    }

    @Override
    public Head seen() {
        return answer.seen();
    }

    @Override
    public boolean waits() {
        return phase == Phase.WAITING;
    }

    @Override
    public boolean tunnels() {
        return phase == Phase.TUNNEL;
    }

    @Override
    public boolean endsWithClose() {
        return passage.endsWithClose();
    }

    // ---- to the client

    @Override
    public void deliver(Downstream to, HeadEdits edits, HeaderEdits rule, boolean keep) {
        boolean gone = phase == Phase.CLOSED;
        if (!gone) {
            read(to.writable()); // it was not while nobody knew what becomes of its answer
        }
        phase = Phase.BODY;
        AnswerPassage.Progress progress =
                passage.deliver(to, edits, rule, keep, context().alloc());
        if (progress == AnswerPassage.Progress.SWITCHED) {
            phase = Phase.TUNNEL;
            read(true);
            ((Http1Downstream) to).tunnel(this); // who else could have asked for it
        } else {
            settle(progress);
        }
        if (gone && (phase == Phase.BODY || phase == Phase.TUNNEL)) {
            closed(); // the connection had closed while the answer was waiting
        }
        if (!reading) {
            passage.flush();
        }
    }

    private void settle(AnswerPassage.Progress progress) {
        switch (progress) {
            case WHOLE -> finish(!head.close() && context().channel().isActive());
            case DIRTY -> finish(false);
            case BAD -> fail(End.failed(Outcome.RESET, new IOException("the answer's chunks can't be understood")));
            case OPEN, SWITCHED -> {
                if (passage.full()) {
                    read(false);
                }
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        reading = false;
        passage.flush();
    }

    // ---- ends

    private void finish(boolean reusable) {
        Exchange of = exchange;
        Ending copied = copy;
        exchange = null;
        passage.leave();
        boolean clean = reusable && sent;
        if (copied == null && of != null) {
            of.finished(this, End.COMPLETE);
        } else if (copied != null) {
            copied.end(End.COMPLETE);
        }
        letGo(clean);
    }

    private void letGo(boolean reusable) {
        attempt = null;
        copy = null;
        answer.release();
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

    @Override
    public void fail(End end) {
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

    /** What can be drained at once saves the connection. */
    @Override
    public void abort() {
        exchange = null;
        boolean waited = phase == Phase.WAITING;
        boolean whole = passage.drain();
        if (waited && whole && sent && !head.close()) {
            letGo(true);
        } else {
            close();
        }
    }

    @Override
    public void expireCopy() {
        if (copy != null) {
            fail(End.failed(Outcome.DEADLINE, new IOException("a copy was not answered in time")));
        }
    }

    void close() {
        phase = Phase.CLOSED;
        passage.drop();
        if (context != null) {
            context.close();
        }
    }

    /** The client of a tunnel has gone: closes when the peer has taken what is written, or takes it too slowly. */
    @Override
    public void leave() {
        exchange = null;
        passage.leave();
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
                    if (of.resend(this, false)) {
                        return;
                    }
                    exchange = of;
                }
                fail(End.failed(Outcome.RESET, new IOException("closed before it had answered")));
            }
            case BODY -> {
                // RFC 9112, section 9.8: over TLS the connection's end alone may be anybody's doing.
                if (passage.endsWithClose()
                        && (tls == null || tls.sslCloseFuture().isSuccess())) {
                    phase = Phase.CLOSED;
                    passage.close();
                    finish(false);
                    passage.flush();
                } else {
                    fail(End.failed(Outcome.RESET, new IOException("closed in the middle of its answer")));
                }
            }
            case TUNNEL -> {
                Http1Downstream other = (Http1Downstream) passage.client();
                phase = Phase.CLOSED;
                finish(false);
                if (other != null) {
                    other.closeAfterFlush();
                }
            }
            default -> fail(End.failed(Outcome.CONNECT_FAILURE, new IOException("closed while connecting")));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
        if (phase == Phase.WAITING && !passage.endsWithClose()) {
            from.close(); // what has come may still be handed on
        } else if (phase == Phase.HEAD && reused && silent) {
            closed();
            from.close();
        } else {
            // Also where a body ends with the connection: a reset is no end that it may have.
            fail(End.failed(phase == Phase.CONNECTING ? Outcome.CONNECT_FAILURE : Outcome.RESET, failure));
        }
    }
}
