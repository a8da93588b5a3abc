package dev.weft.proxy.http1;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.drive.Ending;
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
final class Exchange {
    private static final int SWITCHING = 101;
    private static final int BAD_REQUEST = 400;
    static final int UNAVAILABLE = 503;
    private static final int GATEWAY_TIMEOUT = 504;

    /** Nobody waits for a copy's answer, so nobody's time limit ends it. */
    private static final long LONGEST_COPY_SECONDS = 30;

    final Worker worker;
    final Http1Downstream client;
    final RequestHead head;
    final Http1Limits limits;
    private final Course course;
    private final HeadEdits edits;
    private final HeadEdits answerEdits;
    private final Replay replay;
    private final List<Http1Upstream> open = new ArrayList<>(2);
    private @Nullable Http1Upstream bodyTo;
    private @Nullable Http1Upstream delivered;
    private boolean active;
    private boolean requestWhole;
    private boolean answered;
    private int copies;

    Exchange(Worker worker, Http1Downstream client, Http1Limits limits, Function<Exchange, Course> courses) {
        this.worker = worker;
        this.client = client;
        this.limits = limits;
        this.head = new RequestHead(limits.head(), worker.arrays);
        this.edits = new HeadEdits(head.fields);
        this.answerEdits = new HeadEdits(head.fields);
        this.replay = new Replay(limits.replay());
        this.course = courses.apply(this);
    }

    void begin() {
        active = true;
        answered = false;
        delivered = null;
        bodyTo = null;
        requestWhole = !head.hasBody();
        course.begin();
    }

    // ---- sending

    /**
     * Sends the request, over an idle connection if there is one.
     *
     * @param attempt whose sending it is; null where nobody counts attempts
     * @param connectNanos limit for connecting; {@link Long#MAX_VALUE} for the usual one
     */
    void send(InetSocketAddress address, Transport transport, @Nullable Attempt attempt, long connectNanos) {
        Http1Upstream idle = worker.pools.take(address, transport);
        if (idle != null) {
            idle.assign(this, attempt, null, connectNanos);
            open.add(idle);
            transmit(idle);
        } else {
            connect(new Target(address, transport), attempt, null, connectNanos);
        }
    }

    /** Sends a copy, whose answer nobody gets. */
    void copy(InetSocketAddress address, Transport transport, Attempt attempt, Ending ending) {
        copies++;
        Target target = new Target(address, transport);
        Http1Upstream fresh = connect(
                target,
                attempt,
                end -> {
                    copies--;
                    ending.end(end);
                },
                attempt.connectTimeout());
        worker.loop.schedule(fresh::expireCopy, LONGEST_COPY_SECONDS, TimeUnit.SECONDS);
    }

    private Http1Upstream connect(Target target, @Nullable Attempt attempt, @Nullable Ending copy, long connectNanos) {
        Http1Upstream fresh = new Http1Upstream(worker, target, limits.head());
        fresh.assign(this, attempt, copy, connectNanos);
        if (copy == null) {
            open.add(fresh);
        }
        fresh.connect(Math.min(connectNanos, limits.connectNanos()));
        return fresh;
    }

    /** It is connected: the head goes out, and what is kept of the body. */
    void transmit(Http1Upstream to) {
        ByteBuf out = null;
        try {
            edits.begin(head.fields, head.bytes());
            edits.leaveHop(head.upgrade());
            course.edit(to, edits);
            String path = course.path(to);
            out = client.buffer(edits.mostOctets(path == null ? 0 : path.length()));
            if (path == null) {
                edits.request(
                        head.methodStart(), head.methodEnd(), head.pathStart(), head.targetEnd(), head.http11(), out);
            } else {
                edits.request(head.methodStart(), head.methodEnd(), path, head.http11(), out);
            }
        } catch (IllegalArgumentException e) {
            if (out != null) {
                out.release();
            }
            to.fail(End.failed(Outcome.UNSENT, e));
            return;
        }
        to.send(out, head.isHead());
        if (head.hasBody() && !to.copy()) {
            bodyTo = to;
            replay.send(to);
            replay.keep(course.keepsBody());
            client.resume();
        }
        if (requestWhole) {
            to.sent();
        }
        client.flushLater(to);
    }

    /** Whether the body has somewhere to go. */
    boolean takesBody() {
        return bodyTo != null;
    }

    void body(ByteBuf part, boolean last) {
        requestWhole |= last;
        Http1Upstream to = bodyTo;
        if (to == null) {
            part.release();
            return;
        }
        replay.add(part);
        to.write(part);
        if (last) {
            to.sent();
        }
        client.flushLater(to);
        if (!to.writable()) {
            client.pause();
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

    void upstreamWritable(Http1Upstream upstream) {
        if (upstream == bodyTo) {
            client.resume(); // also where the body is whole: only who is read is seen to leave
        }
    }

    /** Nothing after these bytes can be trusted. */
    void malformedBody() {
        if (answered) {
            client.breakOff(endsWithClose());
            return;
        }
        course.gone();
        answer(LocalAnswer.refused(worker, BAD_REQUEST), false);
    }

    // ---- answers

    /** An interim answer goes on at once: which attempt brings it doesn't matter (RFC 9110, section 15.2). */
    void interim(Http1Upstream from) {
        if (!answered && head.http11() && !from.copy()) {
            answerEdits.begin(from.head.fields, from.head.bytes());
            answerEdits.leaveHop(false);
            ByteBuf out = client.buffer(answerEdits.mostOctets(0));
            answerEdits.answer(from.head.versionEnd(), out);
            client.write(out);
        }
    }

    void headOf(Http1Upstream from) {
        course.answered(from);
    }

    /** Whose answer this attempt has; null where it has none. */
    @Nullable
    Http1Upstream of(Attempt attempt) {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).attempt() == attempt) {
                return open.get(i);
            }
        }
        return null;
    }

    /** An answer that came and was not handed on yet; null for none. */
    @Nullable
    Http1Upstream anyAnswer() {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).waits()) {
                return open.get(i);
            }
        }
        return null;
    }

    void deliver(Http1Upstream from) {
        deliver(from, null);
    }

    /** @param header that the answer is to have beside its own; null for none */
    void deliver(Http1Upstream from, Refusal.@Nullable Header header) {
        answered = true;
        delivered = from;
        replay.drop();
        from.deliver(client, answerEdits, header, keeps(from));
    }

    /** Whether the client knows the end of what it gets by the end of its connection alone. */
    boolean endsWithClose() {
        return delivered != null && delivered.endsWithClose();
    }

    private boolean keeps(Http1Upstream from) {
        return !head.close() && !client.draining() && !from.endsWithClose();
    }

    /** The answer is whole. */
    void finished(Http1Upstream from) {
        boolean keep = keeps(from) && from.head.status() != SWITCHING;
        open.remove(from);
        course.ended(from, End.COMPLETE);
        over(keep);
    }

    /** What was sent came to nothing, or its answer broke off. */
    void failed(Http1Upstream from, End end) {
        open.remove(from);
        if (from == bodyTo) {
            bodyTo = null;
        }
        if (from == delivered) {
            course.ended(from, end);
            finish();
            client.breakOff(from.endsWithClose());
        } else {
            course.ended(from, end);
        }
    }

    /** Its connection closed before it saw any of the request; a request that may be sent twice is. */
    boolean resend(Http1Upstream from) {
        if (!active || head.hasBody() || !head.idempotent()) {
            return false;
        }
        worker.traffic.resent.increment();
        open.remove(from);
        connect(from.target(), from.attempt(), null, from.connectNanos());
        return true;
    }

    /** Its answer is not wanted any more. */
    void abort(Http1Upstream from) {
        open.remove(from);
        if (from == bodyTo) {
            bodyTo = null;
        }
        from.abort();
        if (from == delivered) {
            finish();
            client.breakOff(from.endsWithClose());
        }
    }

    /** Answers here, in plain text. */
    void reply(int status, List<Refusal.Header> headers, String text) {
        boolean keep = !head.close() && !client.draining() && requestWhole;
        answer(LocalAnswer.of(worker, status, headers, text, head.isHead(), keep), keep);
    }

    private void answer(ByteBuf out, boolean keep) {
        answered = true;
        client.write(out);
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

    void clientWritable(boolean writable) {
        Http1Upstream from = delivered;
        if (from != null) {
            from.read(writable);
        }
    }

    /** Nothing moves. False where too much of an answer has gone out to say so. */
    boolean timeOut() {
        if (answered || !active) {
            return false;
        }
        course.gone();
        reply(GATEWAY_TIMEOUT, List.of(), "nothing moved for too long\n");
        return true;
    }

    /** The client has gone. */
    void gone() {
        if (!active) {
            return;
        }
        if (delivered != null && delivered.tunnels()) {
            Http1Upstream left = delivered;
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
        reply(late ? GATEWAY_TIMEOUT : UNAVAILABLE, List.of(), "upstream: " + why + "\n");
    }
}
