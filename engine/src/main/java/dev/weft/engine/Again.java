package dev.weft.engine;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Request;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.Target;
import dev.weft.engine.policy.Attempts;
import dev.weft.engine.policy.Retrying;
import dev.weft.engine.route.Conditions;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HedgePolicy;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.ByHeaders;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.trace.Handed;
import org.jspecify.annotations.Nullable;

/** Further attempts of one call: planned retries and hedges. Made only for calls that may need one. */
final class Again {
    private final Request request;
    private final Action.Forward forward;
    private final LiveCluster cluster;

    /** The failed attempt that stands in for an answer while another is planned or open. */
    @Nullable
    Flight fallback;

    /** Whether the planned retry has a place in the budget. */
    private boolean counted;

    /** Attempts beyond the first, retries and hedges alike, those included that are planned. */
    private int further;
    /** Attempts at the same work that were made further up the chain of calls. */
    private final int before;

    private long retryAt = Long.MAX_VALUE;
    private long hedgeAt = Long.MAX_VALUE;

    /** When the application has waited too long for more of the delivered answer. */
    long idleAt = Long.MAX_VALUE;

    Again(Request request, Target target, short handed) {
        this.request = request;
        this.before = Attempts.before(Handed.previousAttempts(handed), request);
        this.forward = target.forward();
        this.cluster = target.cluster();
    }

    /**
     * Plans a retry after this failure, if the rules, safety, time and the budget allow it.
     *
     * @param code of the head, or of the end where there was no head; 0 for none
     */
    boolean planRetry(Outcome outcome, int code, @Nullable Head head, long now, long deadline, RandomSource random) {
        RetryPolicy policy = forward.retry();
        int status = grpcStatus(outcome, code, head);
        if (policy == null || !wanted(policy, outcome, code, status, head)) {
            return false;
        }
        if (retryAt != Long.MAX_VALUE) {
            return true; // a hedge that was sent meanwhile has failed too: the retry has its place already
        }
        if (Attempts.left(policy.maxRetries(), before + further) == 0) {
            return false;
        }
        // A rule that names a status of gRPC says in writing that such a call may be made again (gRFC A6): the method
        // of
        // HTTP is always POST there, and says nothing.
        boolean named = Retrying.wantedByGrpc(policy, status) && request.replayable();
        if (request.spent() || !named && !Retrying.safe(policy, outcome, request.method(), request.replayable())) {
            return false;
        }
        ByHeaders headers = policy.headers();
        long asked = headers == null || head == null ? -1 : Retrying.asked(headers, head.headers(), random);
        long at = Times.plus(now, asked >= 0 ? asked : Retrying.backoff(policy, further + 1, random));
        // What never reached a server adds no load to one (gRFC A6 calls such a retry transparent), but once is enough.
        boolean counts = !outcome.unsent() || further > 0;
        if (at >= deadline || counts && !cluster.takeRetry()) {
            return false;
        }
        counted = counts;
        further++;
        retryAt = at;
        return true;
    }

    /** The status of an answer of gRPC that had no more than that; 0 for every other failure. */
    private static int grpcStatus(Outcome outcome, int code, @Nullable Head head) {
        if (head == null) {
            return Retrying.grpcStatus(outcome, code);
        }
        return head.code() == 0 ? Retrying.grpcStatus(head.headers()) : 0;
    }

    /** Whether the policy's conditions name what the attempt came to, its headers included. */
    private boolean wanted(RetryPolicy policy, Outcome outcome, int code, int status, @Nullable Head head) {
        ByHeaders headers = policy.headers();
        if (headers != null && !headers.requests().isEmpty() && !Conditions.any(headers.requests(), request)) {
            return false;
        }
        // Envoy looks at nothing else in an answer that says so.
        if (head != null && head.headers().first("x-envoy-ratelimited") != null) {
            return policy.on().contains(Condition.ENVOY_RATELIMITED);
        }
        return (status > 0 ? Retrying.wantedByGrpc(policy, status) : Retrying.wanted(policy, outcome, code))
                || headers != null
                        && head != null
                        && policy.on().contains(Condition.RETRIABLE_HEADERS)
                        && Conditions.any(headers.answers(), head.headers());
    }

    boolean retryDue(long now) {
        return now >= retryAt;
    }

    /** Whether the planned retry holds a place in the budget, which it gives back when it ends. */
    boolean counted() {
        return counted;
    }

    /** The planned retry is on its way. */
    void retrySent() {
        retryAt = Long.MAX_VALUE;
        cluster.retrySent();
    }

    /** Another attempt may run beside the first only where sending twice is harmless. */
    static boolean mayHedge(Request request, Action.Forward forward) {
        RetryPolicy retry = forward.retry();
        boolean written = retry != null && retry.nonIdempotent();
        return forward.hedge() != null && request.replayable() && (written || Retrying.idempotent(request.method()));
    }

    /** Plans the next hedge, if one is left. */
    void planHedge(int sent, long now) {
        HedgePolicy hedge = forward.hedge();
        hedgeAt = hedge != null && Attempts.left(hedge.maxAttempts(), before + sent) > 0
                ? Times.plus(now, hedge.delayNanos())
                : Long.MAX_VALUE;
    }

    /** An attempt failed: the next hedge need not wait any longer (gRFC A6). */
    void hurryHedge(long now) {
        hedgeAt = hedgeAt == Long.MAX_VALUE ? hedgeAt : now;
    }

    boolean hedgeDue(long now) {
        return now >= hedgeAt;
    }

    /**
     * Takes a place for the hedge that is due. To the cluster it is a retry like any other, so it counts against the
     * same limit and the same budget (Envoy: {@code hedge_on_per_try_timeout}; gRFC A6: throttling). One that is
     * not allowed is not asked for again: what is under way must do.
     */
    boolean takeHedge() {
        hedgeAt = Long.MAX_VALUE;
        if (Attempts.left(most(), before + further) == 0 || !cluster.takeRetry()) {
            return false;
        }
        further++;
        return true;
    }

    /** How many attempts beyond the first its rules allow, however they come about. */
    private int most() {
        RetryPolicy retry = forward.retry();
        HedgePolicy hedge = forward.hedge();
        return Math.max(retry == null ? 0 : retry.maxRetries(), hedge == null ? 0 : hedge.maxAttempts() - 1);
    }

    /** The hedge that has a place is on its way; the next one may be planned. */
    void hedgeSent(int sent, long now) {
        cluster.retrySent();
        planHedge(sent, now);
    }

    /** The hedge that has a place has nowhere to go. */
    void giveHedgeBack() {
        further--;
        cluster.giveRetryBack();
    }

    long wakeAt() {
        return Math.min(retryAt, hedgeAt);
    }

    /** Nothing more will be sent. */
    void giveUp() {
        hedgeAt = Long.MAX_VALUE;
        if (retryAt != Long.MAX_VALUE) {
            retryAt = Long.MAX_VALUE;
            if (counted) {
                cluster.giveRetryBack();
            }
        }
    }
}
