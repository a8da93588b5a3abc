package dev.weft.proxy.http1;

import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.snapshot.Protocol;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.trace.TraceContext;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Requests of others to the application: each goes to its port, and is told of on the server's side. */
final class InboundCourse implements Course, Headers {
    private final Exchange exchange;
    private final InetSocketAddress application;
    private final Inbound server;
    private final InboundTrace trace;
    private Inbound.@Nullable Served served;
    private @Nullable TraceContext place;

    InboundCourse(Exchange exchange, InetSocketAddress application, Inbound server, InboundTrace trace) {
        this.exchange = exchange;
        this.application = application;
        this.server = server;
        this.trace = trace;
    }

    @Override
    public void begin() {
        RequestHead head = exchange.head;
        TextCache texts = exchange.worker.texts;
        Peer peer = exchange.client.peer();
        Inbound.Served begun = server.begin(
                head.method(texts), head.path(texts), this, peer.secure() ? "https" : "http", peer.peers());
        served = begun;
        place = trace.current();
        begun.detach();
        exchange.send(application, Transport.PLAINTEXT, Protocol.DOWNSTREAM, null, Long.MAX_VALUE);
    }

    @Override
    public @Nullable String first(String name) {
        return exchange.head.first(name, exchange.worker.texts);
    }

    @Override
    public void edit(Upstream to, HeadEdits edits) {
        if (place != null) {
            trace.tell(place, edits);
        }
    }

    @Override
    public @Nullable String path(Upstream to) {
        return null;
    }

    @Override
    public boolean keepsBody() {
        return false;
    }

    @Override
    public void answered(Upstream from) {
        exchange.deliver(from);
    }

    @Override
    public void ended(Upstream from, End end) {
        boolean whole = end.outcome() == Outcome.SUCCESS;
        if (whole) {
            int status = from.head().status();
            served(status, end.code(), Outcome.ofHttp(status), null);
        } else if (exchange.answered()) {
            served(from.head().status(), end.code(), end.outcome(), end.cause());
        } else {
            served(Exchange.UNAVAILABLE, 0, end.outcome(), end.cause());
            exchange.replyFailure(end);
        }
    }

    /** @param grpc status of gRPC; 0 for success and for what is none of it */
    private void served(int status, int grpc, Outcome outcome, @Nullable Throwable cause) {
        Inbound.Served one = served;
        served = null;
        if (one != null) {
            one.end(status, grpc, outcome, cause);
        }
    }

    @Override
    public void gone() {
        served(0, 0, Outcome.CANCELLED, null);
    }

    @Override
    public void over() {
        served(0, 0, Outcome.CANCELLED, null);
        place = null;
    }
}
