package dev.weft.proxy.dns;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A question on its way to the servers, for all who asked it meanwhile.
 *
 * <p>A server that fails is followed by the next one at once, one that is silent by the next one after a
 * second, while its answer is still waited for: a client that gives up after five seconds, as the C library
 * does, has its answer by then although two of three servers are dead.
 */
final class Exchange {
    /** Fits into a packet on all networks, so nobody can slip in a fragment (DNS flag day 2020). */
    static final int UDP_SIZE = 1232;

    private static final long SECOND = 1_000_000_000L;

    private final Query query;
    private final Upstreams upstreams;
    private final EventLoop loop;
    private final Time time;
    private final Counts counts;
    private final Consumer<Answer> done;

    private final List<Consumer<Answer>> waiting = new ArrayList<>();
    private final Deque<InetSocketAddress> left = new ArrayDeque<>();
    private final List<Attempt> open = new ArrayList<>();
    private final long timeout;
    private Time.@Nullable Alarm alarm;
    /** The answer of a server that could not say. */
    private @Nullable ForwardedAnswer refusal;

    private boolean isDone;

    /**
     * @param done called once, before those who wait
     */
    Exchange(Query query, Upstreams upstreams, EventLoop loop, Time time, Counts counts, Consumer<Answer> done) {
        this.query = query;
        this.upstreams = upstreams;
        this.loop = loop;
        this.time = time;
        this.counts = counts;
        this.done = done;
        this.timeout = upstreams.conf().timeoutSeconds() * SECOND;
        var order = upstreams.order(time.nanos());
        for (int i = upstreams.conf().attempts(); i > 0; i--) {
            left.addAll(order);
        }
    }

    void join(Consumer<Answer> receiver) {
        waiting.add(receiver);
    }

    int waiting() {
        return waiting.size();
    }

    void start() {
        next();
    }

    private void next() {
        if (isDone) {
            return;
        }
        if (alarm != null) {
            alarm.cancel();
        }
        var server = left.poll();
        if (server == null) {
            if (open.isEmpty()) {
                unanswered();
            } else {
                alarm = time.in(timeout, this::unanswered);
            }
            return;
        }
        var attempt = new Attempt(query, server, loop, time, counts, new Attempt.Outcome() {
            @Override
            public void answered(Attempt attempt, ForwardedAnswer answer) {
                Exchange.this.answered(attempt, answer);
            }

            @Override
            public void failed(Attempt attempt) {
                Exchange.this.failed(attempt);
            }
        });
        open.add(attempt);
        alarm = left.isEmpty() ? time.in(timeout, this::unanswered) : time.in(Math.min(SECOND, timeout), this::next);
        attempt.start();
    }

    private void answered(Attempt attempt, ForwardedAnswer answer) {
        upstreams.answered(attempt.server());
        if (answer.rcode() != Wire.NOERROR && answer.rcode() != Wire.NXDOMAIN) {
            refusal = answer;
            failed(attempt);
            return;
        }
        // Those that were asked before it had a second more, and were still silent.
        for (int i = 0, at = open.indexOf(attempt); i < at; i++) {
            silent(open.get(i));
        }
        finish(answer);
    }

    private void failed(Attempt attempt) {
        counts.add(DnsEvent.SERVER_FAILED);
        open.remove(attempt);
        if (!left.isEmpty() || open.isEmpty()) {
            next();
        }
    }

    private void silent(Attempt attempt) {
        counts.add(DnsEvent.SERVER_FAILED);
        upstreams.silent(attempt.server(), time.nanos());
    }

    private void unanswered() {
        open.forEach(this::silent);
        counts.add(DnsEvent.UNANSWERED);
        finish(refusal == null ? LocalAnswer.failure(Wire.SERVFAIL) : refusal);
    }

    private void finish(Answer answer) {
        if (isDone) {
            return;
        }
        isDone = true;
        if (alarm != null) {
            alarm.cancel();
        }
        open.forEach(Attempt::end);
        done.accept(answer);
        waiting.forEach(one -> one.accept(answer));
    }
}
