package dev.weft.proxy.http1;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Protocol;
import dev.weft.engine.snapshot.Transport;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client and its answer, on their way between the two sides. Reused for the next request of the same
 * connection. What is to become of it is the {@link Course}'s affair.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what is scheduled ends with the loop
public final class Exchange {
    private static final int SWITCHING = 101;
    private static final int BAD_REQUEST = 400;
    private static final int REQUEST_TIMEOUT = 408;
    static final int UNAVAILABLE = 503;
    private static final int GATEWAY_TIMEOUT = 504;

    /** Nobody waits for a copy's answer, so nobody's time limit ends it. */
    private static final long LONGEST_COPY_SECONDS = 30;

    public final Worker worker;
    public final Downstream client;
    public final RequestHead head;
    final Http1Limits limits;
    private final Course course;
    private final HeadEdits edits;
    private final HeadEdits answerEdits;
    private final Replay replay;
    private final List<Upstream> open = new ArrayList<>(2);
    private @Nullable Upstream bodyTo;
    private @Nullable Upstream delivered;
    private boolean active;
    private boolean requestWhole;
    private boolean answered;
    private boolean resent;
    private @Nullable Trailers trailers;
    private int copies;

    public Exchange(Worker worker, Downstream client, Http1Limits limits, Function<Exchange, Course> courses) {
        this.worker = worker;
        this.client = client;
        this.limits = limits;
        this.head = new RequestHead(limits.head(), limits.rules().paths(), worker.arrays);
        this.edits = new HeadEdits(head);
        this.answerEdits = new HeadEdits(head);
        this.replay = new Replay(limits.replay());
        this.course = courses.apply(this);
    }

    /** The head of a request is there. */
    public void begin() {
        active = true;
        answered = false;
        resent = false;
        delivered = null;
        bodyTo = null;
        trailers = null;
        requestWhole = !head.hasBody();
        limits.rules().forwarding().apply(worker.added(head), client.peer());
        course.begin();
    }

    /** Address of whoever has made the request, as far as it is believed; null for one of this host. */
    @Nullable
    String source() {
        return limits.rules().forwarding().source(head, client.source());
    }

    // ---- sending

    /**
     * Sends the request, over an idle connection if there is one.
     *
     * @param protocol what is known of the endpoint
     * @param attempt whose sending it is; null where nobody counts attempts
     * @param connectNanos limit for connecting; {@link Long#MAX_VALUE} for the usual one
     */
    void send(
            InetSocketAddress address,
            Transport transport,
            Protocol protocol,
            @Nullable Attempt attempt,
            long connectNanos) {
        boolean http2 = http2(protocol);
        Upstream idle = http2 ? null : worker.pools.take(address, transport);
        if (idle != null) {
            idle.assign(this, attempt, null, connectNanos);
            open.add(idle);
            transmit(idle);
        } else {
            connect(new Target(address, transport), http2, attempt, null, connectNanos);
        }
    }

    /** gRPC needs what came over HTTP/2 to go on so; for all else HTTP/1.1 is the protocol that nobody has to name. */
    private boolean http2(Protocol protocol) {
        return switch (protocol) {
            case HTTP1 -> false;
            case HTTP2 -> true;
            case DOWNSTREAM -> client.http2();
            case UNSAID -> client.http2() && head.grpc();
        };
    }

    /** Sends a copy, whose answer nobody gets. */
    void copy(InetSocketAddress address, Transport transport, Attempt attempt, Ending ending) {
        copies++;
        Target target = new Target(address, transport);
        Upstream fresh = connect(
                target,
                http2(attempt.protocol()),
                attempt,
                end -> {
                    copies--;
                    ending.end(end);
                },
                attempt.connectTimeout());
        worker.loop.schedule(fresh::expireCopy, LONGEST_COPY_SECONDS, TimeUnit.SECONDS);
    }

    private Upstream connect(
            Target target, boolean http2, @Nullable Attempt attempt, @Nullable Ending copy, long connectNanos) {
        Upstream fresh = http2
                ? worker.streams().stream(target, limits.head())
                : new Http1Upstream(worker, target, limits.head());
        fresh.assign(this, attempt, copy, connectNanos);
        if (copy == null) {
            open.add(fresh);
        }
        fresh.connect(Math.min(connectNanos, limits.connectNanos()));
        return fresh;
    }

    /** It is connected: the head goes out, and what is kept of the body. */
    public void transmit(Upstream to) {
        try {
            edits.begin(head);
            edits.leaveHop(head.upgrade() && to.upgrades());
            course.edit(to, edits);
            to.send(head, edits, course.path(to));
        } catch (IllegalArgumentException e) {
            to.fail(End.failed(Outcome.UNSENT, e));
            return;
        }
        boolean whole = requestWhole; // what comes to be so below says it itself
        if (head.hasBody() && !to.copy()) {
            bodyTo = to;
            replay.send(to);
            replay.keep(course.keepsBody());
            client.resume();
        }
        if (whole) {
            to.sent(trailers);
        }
        client.flushLater(to);
    }

    /**
     * Whether the body has somewhere to go. While an answer waits for what becomes of it, what is kept of the body has to
     * stay whole: it may be sent again.
     */
    public boolean takesBody() {
        return bodyTo != null && !bodyTo.waits();
    }

    /** @param last whether nothing comes behind it, also no trailers */
    public void body(ByteBuf part, boolean last) {
        requestWhole |= last;
        Upstream to = bodyTo;
        if (to == null) {
            part.release();
            return;
        }
        replay.add(part);
        to.write(part);
        if (last) {
            to.sent(null);
        }
        client.flushLater(to);
        if (!to.writable()) {
            client.pause();
        }
    }

    /** The body is over; lines come behind it. */
    public void trailers(Trailers lines) {
        requestWhole = true;
        trailers = lines;
        Upstream to = bodyTo;
        if (to != null) {
            to.sent(lines);
            client.flushLater(to);
        }
    }

    /** Whether anything was answered. */
    boolean answered() {
        return answered;
    }

    /** Whether the request can be sent again from its beginning. */
    boolean replayable() {
        return !head.hasBody() || replay.intact();
    }

    /** Whether a part of the body has gone that can't be had again. */
    boolean spent() {
        return replay.lost();
    }

    public void upstreamWritable(Upstream upstream) {
        if (upstream == bodyTo) {
            client.resume(); // also where the body is whole: only who is read is seen to leave
        }
    }

    /** Nothing after these bytes can be trusted. */
    void malformedBody() {
        if (answered) {
            client.breakOff(endsWithClose(), null);
            return;
        }
        course.gone();
        answer(BAD_REQUEST, List.of(), "Bad Request\n", false);
    }

    // ---- answers

    /** An interim answer goes on at once: which attempt brings it doesn't matter (RFC 9110, section 15.2). */
    public void interim(Upstream from) {
        if (!answered && head.http11() && !from.copy()) {
            answerEdits.begin(from.head());
            answerEdits.leaveHop(false);
            client.interim(from.head(), answerEdits);
        }
    }

    /** The head of its answer is there; nothing of it was handed on. */
    public void headOf(Upstream from) {
        course.answered(from);
    }

    /** Whose answer this attempt has; null where it has none. */
    @Nullable
    Upstream of(Attempt attempt) {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).attempt() == attempt) {
                return open.get(i);
            }
        }
        return null;
    }

    /** An answer that came and was not handed on yet; null for none. */
    @Nullable
    Upstream anyAnswer() {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).waits()) {
                return open.get(i);
            }
        }
        return null;
    }

    void deliver(Upstream from) {
        deliver(from, HeaderEdits.NONE);
    }

    /** @param rule what it makes of the answer's headers */
    void deliver(Upstream from, HeaderEdits rule) {
        answered = true;
        delivered = from;
        replay.drop();
        from.deliver(client, answerEdits, rule, keeps(from));
        if (from == bodyTo && !requestWhole && from.writable()) {
            client.resume(); // it was held while the answer waited
        }
    }

    /** Whether the client knows the end of what it gets by the end of its connection alone. */
    public boolean endsWithClose() {
        return delivered != null && delivered.endsWithClose();
    }

    private boolean keeps(Upstream from) {
        return !head.close() && !client.draining() && (!from.endsWithClose() || client.http2());
    }

    /**
     * The answer is whole.
     *
     * @param end success, or what its trailers say
     */
    public void finished(Upstream from, End end) {
        boolean keep = keeps(from) && from.head().status() != SWITCHING;
        open.remove(from);
        course.ended(from, end);
        over(keep);
    }

    /** What was sent came to nothing, or its answer broke off. */
    public void failed(Upstream from, End end) {
        open.remove(from);
        if (from == bodyTo) {
            bodyTo = null;
        }
        if (from == delivered) {
            course.ended(from, end);
            finish();
            client.breakOff(from.endsWithClose(), end);
        } else {
            course.ended(from, end);
        }
    }

    /**
     * Its connection closed before it saw any of the request; a request that may be sent twice is.
     *
     * @param unseen whether the peer has said that it won't look at it
     */
    public boolean resend(Upstream from, boolean unseen) {
        boolean again = unseen ? replayable() && !resent : !head.hasBody() && head.idempotent();
        if (!active || !again) {
            return false;
        }
        resent = true;
        worker.traffic.resent.increment();
        open.remove(from);
        if (from == bodyTo) {
            bodyTo = null;
        }
        connect(from.target(), unseen, from.attempt(), null, from.connectNanos());
        return true;
    }

    /** Its answer is not wanted any more. */
    void abort(Upstream from) {
        open.remove(from);
        if (from == bodyTo) {
            bodyTo = null;
        }
        from.abort();
        if (from == delivered) {
            finish();
            client.breakOff(from.endsWithClose(), null);
        }
    }

    /** Answers here, in plain text. */
    void reply(int status, List<Refusal.Header> headers, String text) {
        boolean keep = !head.close() && !client.draining() && requestWhole;
        answer(status, headers, text, keep);
    }

    private void answer(int status, List<Refusal.Header> headers, String text, boolean keep) {
        answered = true;
        client.reply(status, headers, text, keep);
        over(keep);
        client.flush();
    }

    private void over(boolean keep) {
        if (active) {
            finish();
            client.done(keep && requestWhole, copies > 0);
        }
    }

    private void finish() {
        active = false;
        bodyTo = null;
        delivered = null;
        replay.drop();
        abortAll();
        course.over();
        if (copies == 0) {
            head.clear();
        }
    }

    public void clientWritable(boolean writable) {
        Upstream from = delivered;
        if (from != null) {
            from.read(writable);
        }
    }

    /** Whether a copy still needs the head, also after the request is over. */
    public boolean copying() {
        return copies > 0;
    }

    /**
     * Nothing moves. A request that isn't whole is its client's to go on with, as far as anybody can tell (Envoy:
     * {@code stream_idle_timeout}). False where too much of an answer has gone out to say so.
     */
    public boolean timeOut() {
        if (answered || !active) {
            return false;
        }
        course.gone();
        if (requestWhole) {
            reply(GATEWAY_TIMEOUT, List.of(), "nothing moved for too long\n");
        } else {
            reply(REQUEST_TIMEOUT, List.of(), "nothing of the rest of the request came for too long\n");
        }
        return true;
    }

    /** The client has gone. */
    public void gone() {
        if (!active) {
            return;
        }
        if (delivered != null && delivered.tunnels()) {
            Upstream left = delivered;
            course.ended(left, End.COMPLETE);
            open.remove(left);
            left.leave();
        } else {
            course.gone();
        }
        finish();
    }

    private void abortAll() {
        while (!open.isEmpty()) {
            open.remove(open.size() - 1).abort();
        }
    }

    /** What was to be answered can't be: the failure in words. */
    void replyFailure(@Nullable End end) {
        Throwable cause = end == null ? null : end.cause();
        boolean late = end != null && end.outcome() == Outcome.DEADLINE;
        String why = cause == null ? "no answer" : cause instanceof IOException ? cause.getMessage() : cause.toString();
        // Only of a call of gRPC a failure has a code, and that is its status.
        List<Refusal.Header> status = end == null || end.code() == 0
                ? List.of()
                : List.of(new Refusal.Header("grpc-status", Integer.toString(end.code())));
        reply(late ? GATEWAY_TIMEOUT : UNAVAILABLE, status, "upstream: " + why + "\n");
    }
}
