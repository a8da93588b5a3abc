package dev.weft.proxy.http2;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Refusal;
import dev.weft.proxy.http1.Downstream;
import dev.weft.proxy.http1.Exchange;
import dev.weft.proxy.http1.HeadEdits;
import dev.weft.proxy.http1.MessageHead;
import dev.weft.proxy.http1.Peer;
import dev.weft.proxy.http1.ResponseHead;
import dev.weft.proxy.http1.Trailers;
import dev.weft.proxy.http1.Upstream;
import dev.weft.proxy.listen.Alarm;
import dev.weft.proxy.listen.ClientAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request of a client and its answer, as a stream of its connection. Reused for another when it has closed. */
final class ServerStream implements Downstream {
    private final ServerConnection connection;
    private final Incoming incoming;
    private final Alarm alarm;
    private Exchange exchange;
    private @Nullable Trailers trailers;
    private @Nullable Http2Stream stream;
    private @Nullable Outgoing out;
    private long begunAt;
    private long activity;
    private long seen;
    /** The client has sent all of it. */
    private boolean ended;

    private boolean withTrailers;
    private boolean paused;
    private boolean handingOn;
    /** The answer is whole, or there will be none. */
    private boolean over;
    /** It was reset. */
    private boolean cut;

    ServerStream(ServerConnection connection) {
        this.connection = connection;
        this.incoming = new Incoming(connection.codec);
        this.alarm = new Alarm(connection.worker.loop, connection.worker.clock, this::ring);
        this.exchange = connection.exchange(this);
    }

    long begunAt() {
        return begunAt;
    }

    private Outgoing out() {
        return Objects.requireNonNull(out);
    }

    // ---- what comes from the client

    void begin(Http2Stream of, Http2Headers fields, boolean last, HeadText heads) {
        stream = of;
        out = new Outgoing(connection.codec, connection.context(), of.id(), connection.worker.fields);
        begunAt = connection.worker.clock.nanos();
        ended = last;
        withTrailers = false;
        paused = false;
        over = false;
        cut = false;
        seen = activity;
        alarm.at(begunAt + connection.limits.streamIdleNanos());
        int result = heads.request(fields, exchange.head);
        if (result == MessageHead.MORE) {
            malformed();
            return;
        }
        if (result != MessageHead.DONE) {
            connection.worker.traffic.malformed.increment();
            over = true;
            answerHere(result, List.of(), "", false);
            exchange.head.clear();
            letGo();
            return;
        }
        if (!last && exchange.head.contentLength() < 0) {
            exchange.head.setOpen();
        }
        exchange.begin();
    }

    private void malformed() {
        connection.worker.traffic.malformed.increment();
        if (!over) {
            exchange.gone(); // while its head is there
        }
        if (!exchange.copying()) {
            exchange.head.clear();
        }
        reset(Http2Error.PROTOCOL_ERROR);
    }

    /** How many bytes the client may send in their place at once. */
    int data(ByteBuf data, int padding, boolean last) {
        activity++;
        int octets = data.readableBytes() + padding;
        ended |= last;
        if (over || !exchange.head.hasBody()) {
            return octets;
        }
        incoming.owe(octets);
        incoming.hold(data.retainedSlice());
        handOn();
        return 0;
    }

    void trailers(Http2Headers fields, boolean last, HeadText heads) {
        activity++;
        ended = true;
        if (over) {
            return;
        }
        Trailers lines = trailers == null ? new Trailers(connection.limits.head(), connection.worker) : trailers;
        trailers = lines;
        lines.clear();
        if (!last || heads.trailers(fields, lines) != MessageHead.DONE) {
            malformed();
            return;
        }
        withTrailers = true;
        handOn();
    }

    /** Hands on what is here, as far as there is somewhere for it to go. */
    private void handOn() {
        if (handingOn) {
            return;
        }
        handingOn = true;
        try {
            while (!incoming.empty() && !paused && !over && exchange.takesBody()) {
                ByteBuf part = Objects.requireNonNull(incoming.next());
                exchange.body(part, ended && !withTrailers && incoming.empty());
            }
        } finally {
            handingOn = false;
        }
        if (over) {
            return;
        }
        if (incoming.empty() && !paused) {
            incoming.pay(Objects.requireNonNull(stream));
        }
        if (withTrailers && incoming.empty() && exchange.takesBody()) {
            withTrailers = false;
            exchange.trailers(Objects.requireNonNull(trailers));
        }
    }

    @Override
    public void resume() {
        paused = false;
        handOn();
        connection.flush(); // the window may have grown
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void flushLater(Upstream to) {
        connection.flushLater(to);
    }

    @Override
    public void active() {
        activity++;
    }

    // ---- what goes to the client

    @Override
    public boolean http2() {
        return true;
    }

    @Override
    public @Nullable String source() {
        return ClientAddress.of(connection.context().channel());
    }

    @Override
    public Peer peer() {
        return connection.peer();
    }

    @Override
    public boolean draining() {
        return connection.draining();
    }

    @Override
    public ByteBuf buffer(int room) {
        return connection.context().alloc().buffer(room);
    }

    @Override
    public boolean writable() {
        Http2Stream of = stream;
        return of == null || connection.codec.encoder().flowController().isWritable(of);
    }

    void writabilityChanged() {
        exchange.clientWritable(writable());
    }

    @Override
    public void interim(ResponseHead head, HeadEdits edits) {
        activity++;
        out().head(HeadFrame.answer(head.status(), edits, connection.worker.fields), false);
    }

    @Override
    public void answer(ResponseHead head, HeadEdits edits, boolean bodyless, boolean keep) {
        activity++;
        out().head(HeadFrame.answer(head.status(), edits, connection.worker.fields), bodyless);
    }

    @Override
    public void data(ByteBuf part) {
        activity++;
        out().data(part);
    }

    @Override
    public void end(@Nullable Trailers lines) {
        out().end(lines);
    }

    @Override
    public void reply(int status, List<Refusal.Header> headers, String text, boolean keep) {
        answerHere(status, headers, text, exchange.head.grpc());
    }

    private void answerHere(int status, List<Refusal.Header> headers, String text, boolean grpc) {
        boolean said = false;
        boolean typed = false;
        boolean worded = false;
        Http2Headers fields = new DefaultHttp2Headers(false);
        for (Refusal.Header header : headers) {
            String name = header.name().toLowerCase(Locale.ROOT);
            said |= name.equals(Grpc.STATUS);
            typed |= name.equals("content-type");
            worded |= name.equals(Grpc.MESSAGE);
            AsciiString value = AsciiString.of(header.value());
            if (!name.equals("content-length") && HeadText.name(AsciiString.of(name)) && HeadText.value(value)) {
                fields.add(name, value);
            }
        }
        fields.status(Integer.toString(grpc ? 200 : status));
        if (grpc) {
            fields.set("content-type", "application/grpc");
            if (!said) {
                fields.set(Grpc.STATUS, Integer.toString(Grpc.ofHttp(status)));
            }
            if (!worded) {
                fields.set(Grpc.MESSAGE, Grpc.message(text));
            }
        }
        boolean bodyless = grpc || text.isEmpty() || status == 204 || status == 304 || exchange.head.isHead();
        if (!bodyless && !typed) {
            fields.set("content-type", "text/plain; charset=utf-8");
        }
        out().head(fields, bodyless);
        if (!bodyless) {
            out().data(ByteBufUtil.writeUtf8(connection.context().alloc(), text));
            out().end(null);
        }
    }

    @Override
    public void flush() {
        out().flush();
        connection.flush();
    }

    // ---- ends

    @Override
    public void done(boolean keep, boolean detached) {
        if (detached) {
            exchange = connection.exchange(this);
        }
        over = true;
        letGo();
    }

    /**
     * Nothing more is wanted of the client: it is told so when it has its answer. Whoever brings the end of that flushes, once
     * for all streams of a connection that end together.
     */
    private void letGo() {
        incoming.drop();
        Http2Stream of = Objects.requireNonNull(stream);
        incoming.pay(of);
        out().end(null);
        if (!ended) {
            out().resetBehind(Http2Error.NO_ERROR.code());
        }
    }

    @Override
    public void breakOff(boolean endsWithClose, @Nullable End why) {
        reset(why == null ? Http2Error.CANCEL : Grpc.reset(why.code()));
    }

    private void reset(Http2Error why) {
        over = true;
        cut = true;
        alarm.sooner(connection.worker.clock.nanos() + connection.limits.streamIdleNanos());
        if (stream != null) {
            out().flush();
            out().reset(why.code());
            connection.flush();
        }
    }

    /** The stream is no more. */
    void closed() {
        boolean whole = over;
        over = true;
        alarm.at(Long.MAX_VALUE);
        incoming.drop();
        incoming.forget();
        stream = null;
        if (!whole) {
            exchange.gone();
        }
        out().drop();
        if (exchange.copying()) {
            exchange = connection.exchange(this); // the head is a copy's now
        } else {
            exchange.head.release();
        }
        if (trailers != null) {
            trailers.release();
        }
    }

    private void ring() {
        Http2Stream of = stream;
        if (of == null) {
            return;
        }
        // Of an answer that is whole here, the client's window tells whether it takes any of it.
        long moved = over ? -1L - connection.codec.encoder().flowController().windowSize(of) : activity;
        if (seen != moved) {
            seen = moved;
            alarm.at(connection.worker.clock.nanos() + connection.limits.streamIdleNanos());
        } else if (cut) {
            connection.context().close(); // it doesn't even take that
        } else if (over) {
            reset(Http2Error.CANCEL);
        } else if (!exchange.timeOut()) {
            exchange.gone(); // while its head is there
            breakOff(false, null);
        }
    }

    void stop() {
        alarm.stop();
    }
}
