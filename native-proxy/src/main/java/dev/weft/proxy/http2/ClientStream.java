package dev.weft.proxy.http2;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.StreamReset;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.route.Edits;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Transport;
import dev.weft.proxy.http1.Downstream;
import dev.weft.proxy.http1.Exchange;
import dev.weft.proxy.http1.HeadEdits;
import dev.weft.proxy.http1.HeadLimits;
import dev.weft.proxy.http1.RequestHead;
import dev.weft.proxy.http1.ResponseHead;
import dev.weft.proxy.http1.Target;
import dev.weft.proxy.http1.Trailers;
import dev.weft.proxy.http1.Upstream;
import dev.weft.proxy.http1.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One sending of a request to an endpoint, as a stream of one of its connections. */
final class ClientStream implements Upstream {
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");

    private enum Phase {
        CONNECTING,
        /** The head of an answer is awaited. */
        HEAD,
        /** It is there, and nobody has said yet what becomes of it. */
        WAITING,
        BODY,
        OVER
    }

    private final Worker worker;
    private final ClientConnections connections;
    private final Target target;
    private final HeadLimits limits;
    private final StreamAnswer answer;
    private Phase phase = Phase.CONNECTING;
    private @Nullable Exchange exchange;
    private @Nullable Attempt attempt;
    private @Nullable Ending copy;
    private long connectNanos;
    private long connectLimit;

    private @Nullable ClientConnection connection;
    private @Nullable Http2Stream stream;
    private @Nullable Outgoing out;
    private @Nullable RequestBody body;
    private @Nullable Incoming incoming;
    private @Nullable Downstream client;
    /** Whether the request is gRPC's. */
    private boolean grpc;

    private boolean reading;
    private boolean handingOn;
    private long error = -1;

    ClientStream(Worker worker, ClientConnections connections, Target target, HeadLimits limits) {
        this.worker = worker;
        this.connections = connections;
        this.target = target;
        this.limits = limits;
        this.answer = new StreamAnswer(worker, limits);
    }

    private Outgoing out() {
        return Objects.requireNonNull(out);
    }

    private Incoming incoming() {
        return Objects.requireNonNull(incoming);
    }

    private ClientConnection connection() {
        return Objects.requireNonNull(connection);
    }

    // ---- for whom

    @Override
    public Target target() {
        return target;
    }

    @Override
    public void assign(Exchange to, @Nullable Attempt of, @Nullable Ending copying, long connecting) {
        exchange = to;
        attempt = of;
        copy = copying;
        connectNanos = connecting;
    }

    @Override
    public @Nullable Attempt attempt() {
        return attempt;
    }

    @Override
    public boolean copy() {
        return copy != null;
    }

    @Override
    public long connectNanos() {
        return connectNanos;
    }

    // ---- the request

    @Override
    public void connect(long limitNanos) {
        connectLimit = limitNanos;
        connections.place(this, limits, limitNanos);
    }

    /** The connection that it waited for takes no more. */
    void placeAgain() {
        if (phase == Phase.CONNECTING) {
            connections.place(this, limits, connectLimit);
        }
    }

    void connected(ClientConnection to) {
        Exchange of = exchange;
        if (phase == Phase.CONNECTING && of != null) {
            connection = to;
            of.transmit(this);
        }
    }

    @Override
    public boolean upgrades() {
        return false;
    }

    @Override
    public void send(RequestHead request, HeadEdits edits, @Nullable String path) {
        AsciiString scheme = target.transport() instanceof Transport.Tls ? HTTPS : HTTP;
        Http2Headers fields = HeadFrame.request(request, edits, path, scheme, worker.fields);
        ClientConnection to = connection();
        int id = to.next();
        Outgoing begun = new Outgoing(to.codec(), to.context(), id, worker.fields);
        out = begun;
        incoming = new Incoming(to.codec());
        phase = Phase.HEAD;
        begun.head(fields, !request.hasBody() || copy != null);
        stream = to.begun(id, this);
        answer.begin(request.isHead());
        grpc = request.grpc();
        body = request.hasBody() ? new RequestBody(begun, request.chunked(), limits, worker) : null;
    }

    @Override
    public void write(ByteBuf part) {
        Objects.requireNonNull(body).write(part);
    }

    @Override
    public void sent(@Nullable Trailers lines) {
        if (body != null) {
            body.end(lines);
        }
    }

    @Override
    public void flush() {
        Outgoing to = out;
        if (to != null) {
            to.flush();
            connection().flush();
        }
    }

    @Override
    public boolean writable() {
        Http2Stream of = stream;
        return of == null || connection().codec().encoder().flowController().isWritable(of);
    }

    void writabilityChanged() {
        Exchange of = exchange;
        if (of != null && writable()) {
            of.upstreamWritable(this);
        }
    }

    // ---- the answer as it comes

    void fields(Http2Headers fields, boolean last, HeadText heads) {
        if (phase == Phase.OVER) {
            return;
        }
        Exchange of = exchange;
        if (of != null) {
            of.client.active();
        }
        String wrong = phase == Phase.HEAD ? answer.head(fields, last, heads) : answer.trailers(fields, last, heads);
        if (wrong != null) {
            broken(wrong);
        } else if (phase != Phase.HEAD) {
            handOn();
        } else if (answer.head.interim()) {
            if (copy == null && of != null) {
                of.interim(this);
                connection().flushLater(of.client);
            }
        } else if (copy != null) {
            phase = Phase.BODY;
            handOn();
        } else if (of != null) {
            phase = Phase.WAITING;
            of.headOf(this);
        }
    }

    /** How many bytes the peer may send in their place at once. */
    int data(ByteBuf data, int padding, boolean last) {
        int octets = data.readableBytes() + padding;
        if (phase == Phase.OVER) {
            return octets;
        }
        boolean copied = copy != null;
        String wrong = phase == Phase.HEAD ? "a body came before its head" : answer.data(data.readableBytes(), last);
        if (wrong != null) {
            broken(wrong);
            return octets;
        }
        if (!copied) {
            incoming().owe(octets);
            incoming().hold(data.retainedSlice());
        }
        handOn();
        return copied ? octets : 0;
    }

    /** Hands on what is here, as far as the client takes it. */
    private void handOn() {
        if (handingOn || phase != Phase.BODY) {
            return;
        }
        Downstream to = client;
        Incoming from = incoming();
        handingOn = true;
        while (to != null && reading && !from.empty()) {
            to.data(Objects.requireNonNull(from.next()));
            reading = to.writable();
        }
        handingOn = false;
        if (from.empty()) {
            if (reading && stream != null) {
                from.pay(stream);
            }
            if (answer.ended()) {
                whole();
                return;
            }
        }
        if (to != null) {
            connection().flushLater(to);
        }
    }

    private void whole() {
        Downstream to = client;
        Exchange of = exchange;
        Ending copied = copy;
        if (to != null) {
            to.end(answer.trailers());
        }
        End end = answer.verdict();
        exchange = null;
        over(Http2Error.CANCEL); // where the request was not wanted to its end
        if (copied != null) {
            copied.end(end);
        } else if (of != null) {
            of.finished(this, end);
        }
        if (to != null) {
            connection().flushLater(to);
        }
        answer.release();
    }

    @Override
    public ResponseHead head() {
        return answer.head;
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
    public boolean endsWithClose() {
        return false;
    }

    @Override
    public boolean tunnels() {
        return false;
    }

    @Override
    public void deliver(Downstream to, HeadEdits edits, HeaderEdits rule, boolean keep) {
        client = to;
        phase = Phase.BODY;
        reading = true;
        edits.begin(answer.head);
        edits.leaveHop(false);
        Edits.apply(rule, edits);
        boolean ended =
                answer.ended() && answer.trailers() == null && incoming().empty();
        to.answer(answer.head, edits, ended || answer.bodyless(), keep);
        handOn();
    }

    @Override
    public void read(boolean on) {
        reading = on;
        if (on) {
            handOn();
            if (connection != null) {
                connection.flush(); // the window may have grown
            }
        }
    }

    // ---- ends

    void wasReset(long code) {
        error = code;
    }

    private void broken(String why) {
        fail(End.failed(Outcome.RESET, new IOException(why)));
    }

    /** @param unseen whether the peer has said that it didn't look at it */
    void closed(boolean unseen) {
        if (phase == Phase.OVER) {
            release();
            return;
        }
        stream = null;
        if (answer.ended()) {
            incoming().forget(); // all of it is here, and may still be handed on
            return;
        }
        Exchange of = exchange;
        if (unseen && phase == Phase.HEAD && copy == null && of != null) {
            exchange = null;
            over(Http2Error.CANCEL);
            if (of.resend(this, true)) {
                return;
            }
            exchange = of;
        }
        boolean unsent = unseen || error == Http2Error.REFUSED_STREAM.code();
        IOException why = error < 0
                ? new IOException("closed before its answer was whole")
                : new StreamReset("reset: " + ClientConnection.error(error));
        int code = grpc && error >= 0 ? Grpc.ofReset(error) : 0;
        fail(new End(unsent ? Outcome.UNSENT : Outcome.RESET, code, why));
    }

    private void over(Http2Error why) {
        phase = Phase.OVER;
        client = null;
        Http2Stream of = stream;
        if (of != null) {
            incoming().pay(of);
            boolean sent = out().ended()
                    && !connection().codec().encoder().flowController().hasFlowControlled(of);
            if (!sent || !answer.ended()) {
                out().reset(why.code());
            }
            connection().flush();
        }
        release();
    }

    private void release() {
        stream = null;
        if (incoming != null) {
            incoming.drop();
            incoming.forget();
        }
        if (out != null) {
            out.drop();
        }
    }

    @Override
    public void fail(End end) {
        Exchange of = exchange;
        Ending copied = copy;
        exchange = null;
        copy = null;
        over(Http2Error.CANCEL);
        if (of == null) {
            return;
        }
        if (copied != null) {
            copied.end(end);
        } else {
            of.failed(this, end);
        }
    }

    @Override
    public void abort() {
        exchange = null;
        if (phase != Phase.OVER) {
            over(Http2Error.CANCEL);
        }
    }

    @Override
    public void leave() {
        abort();
    }

    @Override
    public void expireCopy() {
        if (copy != null && phase != Phase.OVER) {
            fail(End.failed(Outcome.DEADLINE, new IOException("a copy was not answered in time")));
        }
    }
}
