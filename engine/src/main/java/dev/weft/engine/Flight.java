package dev.weft.engine;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Step;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.engine.ledger.Target;
import dev.weft.engine.policy.Attempts;
import dev.weft.engine.policy.Deadlines;
import dev.weft.engine.policy.Urgency;
import dev.weft.engine.route.Edits;
import dev.weft.engine.route.Hosts;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HostRewrite;
import dev.weft.engine.snapshot.Protocol;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.trace.ClientSpan;
import dev.weft.engine.trace.Handed;
import org.jspecify.annotations.Nullable;

/** An attempt with what the call remembers of it. */
public final class Flight extends Step.Send implements Attempt {
    final Call call;
    final LiveEndpoint live;
    final byte number;
    final boolean shadow;
    /** Whether it holds a place in the retry budget. */
    final boolean counted;

    boolean aborted;

    final long startedAt;
    long endedAt;

    @Nullable
    Head head;

    @Nullable
    End end;
    /** What it came to, once judged: at the head, at the end, or when it was stopped. */
    @Nullable
    Outcome verdict;

    /** The one that was sent after it; null for none yet. */
    @Nullable
    Flight next;

    Flight(Call call, LiveEndpoint live, int number, boolean shadow, boolean counted, long startedAt) {
        this.call = call;
        this.live = live;
        this.number = (byte) Math.min(number, Byte.MAX_VALUE);
        this.shadow = shadow;
        this.counted = counted;
        this.startedAt = startedAt;
    }

    @Override
    public Attempt attempt() {
        return this;
    }

    /** What it is an attempt of. */
    public Call call() {
        return call;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public Endpoint endpoint() {
        return live.config();
    }

    @Override
    public Transport transport() {
        // An application that does TLS itself keeps its own.
        return call.request().secure() ? Transport.PLAINTEXT : live.cluster().transport();
    }

    @Override
    public Protocol protocol() {
        return live.cluster().config().protocol();
    }

    @Override
    public long deadline() {
        long head = shadow ? Long.MAX_VALUE : call.target().headNanos();
        return Math.min(call.deadline(), Times.plus(startedAt, head));
    }

    @Override
    public long connectTimeout() {
        return live.cluster().config().connectTimeoutNanos();
    }

    @Override
    public void edit(HeaderWriter writer) {
        Target target = call.target();
        Edits.apply(target.edits(shadow), writer);
        String host = authority();
        if (host != null) {
            writer.set("host", host);
            String own = target.forward().forwardedHost() ? Hosts.forwarded(call.request()) : null;
            if (own != null) {
                writer.add("x-forwarded-host", own);
            }
        }
        if (target.numbered()) {
            writer.set("x-envoy-attempt-count", Integer.toString(number));
        }
        long left = left(target);
        if (left != Long.MAX_VALUE) {
            Deadlines.write(left, call.request(), writer);
        }
        short handed = call.handed();
        if (number > 1 || handed != Handed.NOTHING) {
            handDown(handed, writer);
        }
        ClientSpan span = call.span();
        if (span != null) {
            span.inject(call.request(), writer);
        }
    }

    private void handDown(short handed, HeaderWriter writer) {
        int before = Attempts.before(Handed.previousAttempts(handed), call.request()) + number - 1;
        if (before > 0) {
            Attempts.write(before, writer);
        }
        int urgency = Handed.urgency(handed);
        if (urgency >= 0 && call.request().header("priority") == null) {
            Urgency.write(urgency, writer);
        }
    }

    /**
     * Nanoseconds that the peer has, by what counts for the whole answer or for this try. The caller's own limit
     * is for the head of the answer only, so the peer may work on when it has passed.
     */
    private long left(Target target) {
        long whole = call.routeLimit(target);
        long left = whole == Long.MAX_VALUE ? whole : Math.max(0, whole - startedAt);
        return Math.min(left, target.tryNanos());
    }

    @Override
    public @Nullable String path() {
        return call.target().path(call.request());
    }

    /** The rule by which the host is another; null for none. */
    public @Nullable HostRewrite hostRewrite() {
        return call.target().host(shadow);
    }

    @Override
    public @Nullable String authority() {
        HostRewrite rewrite = hostRewrite();
        return rewrite == null ? null : Hosts.apply(rewrite, call.request(), live.config());
    }

    /** Whose endpoint it is. */
    public String cluster() {
        return live.cluster().config().name();
    }

    /** Whether it is a mirrored copy. */
    public boolean shadow() {
        return shadow;
    }

    /** When it was sent, on the driver's clock. */
    public long startedAt() {
        return startedAt;
    }

    /**
     * When it ended; of a failure, when that was known, because its answer may be kept until there is another attempt.
     * Meaningful once {@link #end()} is there.
     */
    public long endedAt() {
        return endedAt;
    }

    /** The head of its answer, if one came. */
    public @Nullable Head head() {
        return head;
    }

    /** How it ended, once it has. */
    public @Nullable End end() {
        return end;
    }

    /** What it came to, once that is known. */
    public @Nullable Outcome verdict() {
        return verdict;
    }

    boolean open() {
        return end == null;
    }

    boolean failed() {
        return verdict != null && verdict != Outcome.SUCCESS;
    }

    /**
     * Whether it was the application that ended it, or the library before it had to do with the peer. A peer of gRPC
     * that says it was cancelled has a code for that.
     */
    boolean givenUp() {
        return end != null && head == null && end.outcome() == Outcome.CANCELLED && end.code() == 0;
    }

    /** Whether its head is still awaited. */
    boolean waiting() {
        return open() && head == null && !aborted;
    }

    @Override
    public String toString() {
        return "attempt " + number + " to " + live.config().address();
    }
}
