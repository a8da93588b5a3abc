package dev.weft.engine;

import dev.weft.engine.balance.Balancers;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.call.Step;
import dev.weft.engine.ledger.Live;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.engine.policy.Retrying;
import dev.weft.engine.route.HostTable;
import dev.weft.engine.route.RouteTable;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.HedgePolicy;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.trace.ClientSpan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call through the mesh. Not thread-safe: its driver serialises the events.
 *
 * <p>A call is <em>admitted</em> (name, route, cluster), then sent; each attempt is <em>judged</em>
 * when its head or its end comes, and either delivered or followed by another; everything is
 * <em>observed</em> by the ledger. Three rules hold throughout:
 *
 * <ul>
 *   <li>The application gets exactly one thing: an answer, an exception, or a refusal.
 *   <li>Each attempt ends exactly once, and only then stops to count as in flight.
 *   <li>A failed answer that may be retried is kept until the next attempt is really sent, so that
 *       there is always something true to deliver when the retry can't be made after all.
 * </ul>
 */
public final class Call {
    /** Longest wait for a name whose configuration is not here yet. */
    static final long COLD_WAIT_NANOS = 5_000_000_000L;

    private static final int MOST_ASKS = 3;

    private enum Phase {
        NEW,
        ASKING,
        OPEN,
        /** The application has its answer, or will not get one from us. */
        OVER
    }

    private final Engine engine;
    private final Request request;
    private final boolean concurrent;

    private Phase phase = Phase.NEW;
    private long startedAt;
    private long deadline = Long.MAX_VALUE;
    private long retryAt = Long.MAX_VALUE;
    private long hedgeAt = Long.MAX_VALUE;
    private byte asks;
    private int retries;
    private short open;
    private boolean reported;

    private @Nullable RouteTable table;
    private @Nullable Route route;
    private @Nullable LiveCluster cluster;
    private HeaderEdits clusterEdits = HeaderEdits.NONE;

    private @Nullable Flight first;
    private @Nullable List<Flight> others;
    /** The failed attempt that stands in for an answer while its retry waits. */
    private @Nullable Flight fallback;

    private @Nullable Flight delivered;
    private @Nullable Refusal refusal;

    private @Nullable Step pending;
    private @Nullable ArrayDeque<Step> more;

    private @Nullable ClientSpan span;

    Call(Engine engine, Request request, boolean concurrent) {
        this.engine = engine;
        this.request = request;
        this.concurrent = concurrent;
    }

    // ---- events

    /** The call begins. Times are nanoseconds of the driver's clock. */
    public void start(long now) {
        startedAt = now;
        deadline = plus(now, request.timeoutNanos());
        admit(now);
    }

    /** The answer of an attempt began: a retry is decided here. */
    public void head(Attempt attempt, Head head, long now) {
        Flight flight = (Flight) attempt;
        if (flight.head != null || !flight.open()) {
            return;
        }
        flight.head = head;
        if (head.outcome() != Outcome.SUCCESS) {
            observe(flight, head.outcome(), now);
        }
        if (!flight.shadow && !flight.aborted && phase == Phase.OPEN) {
            judge(flight, head.outcome(), head.code(), now);
        }
    }

    /** An attempt is over: exactly once for each attempt, also after Abort. */
    public void end(Attempt attempt, End end, long now) {
        Flight flight = (Flight) attempt;
        if (!flight.open()) {
            return;
        }
        flight.end = end;
        flight.endedAt = now;
        flight.live.ended(now - flight.startedAt);
        if (flight.retry) {
            flight.cluster.giveRetryBack();
        }
        open--;
        // What we stopped ourselves says nothing about the endpoint; a time limit was observed when it passed.
        if (flight.verdict == null && !(flight.aborted && end.outcome() != Outcome.SUCCESS)) {
            observe(flight, end.outcome(), now);
        }
        if (!flight.shadow && !flight.aborted && flight.head == null && phase == Phase.OPEN) {
            judge(flight, end.outcome(), 0, now);
        }
        report();
    }

    /** The answer to a question. */
    public void answer(Step.Ask ask, Answer answer, long now) {
        if (phase != Phase.ASKING) {
            return;
        }
        if (answer instanceof Answer.Pass) {
            pass();
        } else if (answer instanceof Answer.Failed failed) {
            refuse(Refusal.Kind.COLD, 503, failed.why());
        } else {
            phase = Phase.NEW;
            admit(now);
        }
    }

    /** The application gave up. */
    public void cancel(long now) {
        if (phase != Phase.OVER) {
            over();
            pending = null;
            more = null;
        }
        abortOpen(null);
        report();
    }

    /** What to do now; call it until it says {@link Step.Idle}. */
    public Step next(long now) {
        if (pending == null) {
            tick(now);
        }
        Step step = pending;
        if (step == null) {
            long wake = wakeAt();
            return wake == Long.MAX_VALUE ? Step.WAIT : new Step.Idle(wake);
        }
        pending = more == null ? null : more.poll();
        return step;
    }

    // ---- admit: which name, which route, which cluster

    private void admit(long now) {
        Live live = engine.live();
        HostTable hosts = live.hosts();
        RouteTable found = hosts.routes(request.host(), request.port());
        if (found == null) {
            boolean listed = hosts.listed(request.host(), request.port());
            if (engine.paused() || !hosts.mayRoute(request.host(), request.port())) {
                pass();
            } else if (++asks > MOST_ASKS) {
                refuse(Refusal.Kind.COLD, 503, "its configuration is said to be here and is not");
            } else {
                phase = Phase.ASKING;
                queue(new Step.Ask(new Question.Warm(HostTable.normal(request.host()), request.port(), listed)));
            }
            return;
        }
        table = found;
        route = found.match(request);
        if (route == null) {
            if (engine.paused()) {
                pass();
            } else {
                refuse(Refusal.Kind.NO_ROUTE, 404, "no route of " + found.host().name() + " matches");
            }
            return;
        }
        if (route.action() instanceof Action.Forward forward) {
            forward(live, forward, now);
        } else if (engine.paused()) {
            pass();
        } else {
            Action.DirectResponse answer = (Action.DirectResponse) route.action();
            phase = Phase.OVER;
            refusal = new Refusal(
                    Refusal.Kind.RULE, answer.status(), "direct response of a route", List.of(), answer.body());
            queue(new Step.Reply(refusal));
            report();
        }
    }

    private void forward(Live live, Action.Forward forward, long now) {
        Action.WeightedCluster target = Balancers.choose(forward.clusters(), engine.random());
        LiveCluster chosen = live.clusters().get(target.cluster());
        if (chosen == null) {
            refuse(Refusal.Kind.NO_ENDPOINT, 503, "cluster " + target.cluster() + " is not known");
            return;
        }
        cluster = chosen;
        clusterEdits = target.edits();
        Transport transport = chosen.config().transport();
        boolean mustSecure = transport != Transport.PLAINTEXT && !request.secure();
        if (mustSecure && transport instanceof Transport.Unavailable missing) {
            refuse(Refusal.Kind.TLS_REQUIRED, 503, "TLS is required and can't be had: " + missing.why());
            return;
        }
        if (engine.paused()) {
            if (mustSecure) {
                refuse(Refusal.Kind.TLS_REQUIRED, 503, "TLS is required, and the mesh is paused");
            } else {
                pass();
            }
            return;
        }
        phase = Phase.OPEN;
        deadline = Math.min(deadline, plus(startedAt, forward.timeoutNanos()));
        span = ClientSpan.begin(engine.ambient(), engine.random(), request);
        if (!send(chosen, false, now)) {
            refuse(Refusal.Kind.NO_ENDPOINT, 503, "cluster " + target.cluster() + " has no endpoint");
            return;
        }
        if (concurrent) {
            HedgePolicy hedge = forward.hedge();
            if (hedge != null && mayHedge(forward)) {
                hedgeAt = plus(now, hedge.delayNanos());
            }
            mirror(live, forward, now);
        }
    }

    private void mirror(Live live, Action.Forward forward, long now) {
        List<Action.Mirror> mirrors = forward.mirrors();
        for (int i = 0; i < mirrors.size(); i++) {
            Action.Mirror mirror = mirrors.get(i);
            LiveCluster copy = live.clusters().get(mirror.cluster());
            boolean chosen = request.replayable() && engine.random().below(1_000_000) < mirror.perMillion();
            if (copy == null || !chosen || copy.config().transport() instanceof Transport.Unavailable) {
                continue;
            }
            LiveEndpoint endpoint = copy.pick(now, engine.random(), List.of());
            if (endpoint != null) {
                Flight flight = new Flight(this, copy, endpoint, HeaderEdits.NONE, 1, true, false, now, deadline);
                launch(flight);
                queue(new Step.Shadow(flight));
            }
        }
    }

    // ---- send

    private boolean send(LiveCluster to, boolean retry, long now) {
        LiveEndpoint endpoint = to.pick(now, engine.random(), tried());
        if (endpoint == null) {
            return false;
        }
        drop(fallback);
        RetryPolicy policy = forwarding().retry();
        long tryDeadline = policy == null ? deadline : Math.min(deadline, plus(now, policy.perTryTimeoutNanos()));
        Flight flight = new Flight(this, to, endpoint, clusterEdits, sent() + 1, false, retry, now, tryDeadline);
        launch(flight);
        queue(new Step.Send(flight));
        return true;
    }

    private void launch(Flight flight) {
        if (first == null) {
            first = flight;
        } else {
            if (others == null) {
                others = new ArrayList<>(2);
            }
            others.add(flight);
        }
        open++;
        flight.live.begun();
    }

    private int size() {
        return first == null ? 0 : others == null ? 1 : 1 + others.size();
    }

    private Flight flight(int index) {
        if (index > 0 && others != null) {
            return others.get(index - 1);
        }
        return Objects.requireNonNull(first);
    }

    private int sent() {
        int sent = 0;
        for (int i = 0; i < size(); i++) {
            sent += flight(i).shadow ? 0 : 1;
        }
        return sent;
    }

    private List<LiveEndpoint> tried() {
        if (first == null) {
            return List.of();
        }
        List<LiveEndpoint> tried = new ArrayList<>(2);
        for (int i = 0; i < size(); i++) {
            if (!flight(i).shadow) {
                tried.add(flight(i).live);
            }
        }
        return tried;
    }

    // ---- judge: is this the end?

    private void judge(Flight flight, Outcome outcome, int code, long now) {
        boolean failed = outcome != Outcome.SUCCESS && outcome != Outcome.CALLER_FAULT;
        if (failed && othersOpen(flight)) {
            // Another hedge may still win; this one is only kept for when none does.
            drop(fallback);
            fallback = flight;
            hedgeAt = hedgeAt == Long.MAX_VALUE ? hedgeAt : now;
        } else if ((failed || code >= 400) && mayRetry(outcome, code, now)) {
            drop(fallback);
            fallback = flight;
        } else {
            settle(flight);
        }
    }

    private boolean mayRetry(Outcome outcome, int code, long now) {
        RetryPolicy policy = forwarding().retry();
        if (policy == null || retries >= policy.maxRetries() || !Retrying.wanted(policy, outcome, code)) {
            return false;
        }
        if (!Retrying.safe(policy, outcome, request.method(), request.replayable())) {
            return false;
        }
        long at = plus(now, Retrying.backoff(policy, retries + 1, engine.random()));
        if (at >= deadline || !clusterNow().takeRetry()) {
            return false;
        }
        retries++;
        retryAt = at;
        return true;
    }

    /** Another attempt may run beside the first only where sending twice is harmless. */
    private boolean mayHedge(Action.Forward forward) {
        RetryPolicy retry = forward.retry();
        boolean written = retry != null && retry.nonIdempotent();
        return request.replayable() && (written || Retrying.idempotent(request.method()));
    }

    private boolean othersOpen(Flight flight) {
        for (int i = 0; i < size(); i++) {
            Flight other = flight(i);
            if (other != flight && !other.shadow && other.open() && !other.aborted && other != fallback) {
                return true;
            }
        }
        return false;
    }

    /** The application gets this attempt's answer or exception; an attempt we stopped has neither. */
    private void settle(Flight flight) {
        if (flight.aborted) {
            refuse(Refusal.Kind.TIMEOUT, 504, flight + " got no answer in time");
            return;
        }
        over();
        delivered = flight;
        abortOpen(flight);
        queue(new Step.Deliver(flight));
        report();
    }

    // ---- time

    private void tick(long now) {
        if (phase == Phase.ASKING) {
            if (now >= askUntil()) {
                refuse(Refusal.Kind.COLD, 503, "no configuration for " + request.host() + " came in time");
            }
            return;
        }
        if (open == 0 && phase != Phase.OPEN) {
            return;
        }
        if (now >= deadline) {
            expire(now);
            return;
        }
        if (phase == Phase.OPEN) {
            overdue(now);
        }
        if (phase == Phase.OPEN && now >= retryAt) {
            retry(now);
        }
        if (phase == Phase.OPEN && now >= hedgeAt) {
            hedge(now);
        }
    }

    private void overdue(long now) {
        for (int i = 0; i < size() && phase == Phase.OPEN; i++) {
            Flight flight = flight(i);
            if (flight.waiting() && !flight.shadow && now >= flight.deadline) {
                flight.cluster.timedOut();
                observe(flight, Outcome.DEADLINE, now);
                abort(flight);
                judge(flight, Outcome.DEADLINE, 0, now);
            }
        }
    }

    private void expire(long now) {
        for (int i = 0; i < size(); i++) {
            if (flight(i).waiting()) {
                observe(flight(i), Outcome.DEADLINE, now);
            }
        }
        if (phase == Phase.OPEN) {
            clusterNow().timedOut();
            refuse(Refusal.Kind.TIMEOUT, 504, "no answer within the time limit of the call");
        } else {
            abortOpen(null);
        }
        deadline = Long.MAX_VALUE;
    }

    private void retry(long now) {
        if (send(clusterNow(), true, now)) {
            retryAt = Long.MAX_VALUE;
            clusterNow().retrySent();
        } else if (fallback != null) {
            settle(fallback);
        }
    }

    private void hedge(long now) {
        HedgePolicy hedge = forwarding().hedge();
        hedgeAt = Long.MAX_VALUE;
        if (hedge != null && sent() < hedge.maxAttempts() && send(clusterNow(), false, now)) {
            hedgeAt = sent() < hedge.maxAttempts() ? plus(now, hedge.delayNanos()) : Long.MAX_VALUE;
        }
    }

    private long wakeAt() {
        if (phase == Phase.ASKING) {
            return askUntil();
        }
        if (phase == Phase.OVER) {
            return open == 0 ? Long.MAX_VALUE : deadline;
        }
        long wake = Math.min(deadline, Math.min(retryAt, hedgeAt));
        for (int i = 0; i < size(); i++) {
            if (flight(i).waiting() && !flight(i).shadow) {
                wake = Math.min(wake, flight(i).deadline);
            }
        }
        return wake;
    }

    private long askUntil() {
        return Math.min(deadline, plus(startedAt, COLD_WAIT_NANOS));
    }

    private static long plus(long now, long nanos) {
        return nanos == Long.MAX_VALUE || nanos > Long.MAX_VALUE - Math.max(now, 0) ? Long.MAX_VALUE : now + nanos;
    }

    // ---- steps

    private void queue(Step step) {
        if (pending == null) {
            pending = step;
        } else {
            if (more == null) {
                more = new ArrayDeque<>(4);
            }
            more.add(step);
        }
    }

    private void pass() {
        phase = Phase.OVER;
        reported = true;
        queue(Step.PASS);
    }

    private void refuse(Refusal.Kind kind, int code, String why) {
        over();
        refusal = Refusal.failure(kind, code, request.host() + ":" + request.port() + ": " + why);
        abortOpen(null);
        queue(new Step.Reply(refusal));
        report();
    }

    private void abort(Flight flight) {
        flight.aborted = true;
        queue(new Step.Abort(flight));
    }

    /** Stops an attempt whose answer is not wanted any more, if there is anything to stop. */
    private void drop(@Nullable Flight flight) {
        if (flight != null && flight.open() && !flight.aborted) {
            abort(flight);
        }
    }

    /** Stops what is open; mirrored copies go on when an answer was delivered. */
    private void abortOpen(@Nullable Flight but) {
        for (int i = 0; i < size(); i++) {
            Flight flight = flight(i);
            if (flight != but && !(flight.shadow && but != null)) {
                drop(flight);
            }
        }
    }

    private void over() {
        phase = Phase.OVER;
        hedgeAt = Long.MAX_VALUE;
        if (retryAt != Long.MAX_VALUE) {
            retryAt = Long.MAX_VALUE;
            clusterNow().giveRetryBack();
        }
    }

    // ---- observe: what do we learn?

    private void observe(Flight flight, Outcome outcome, long now) {
        if (flight.verdict == null) {
            flight.verdict = outcome;
            if (outcome != Outcome.CANCELLED) {
                flight.cluster.observe(flight.live, outcome.blamesEndpoint(), now);
            }
        }
    }

    private void report() {
        if (phase == Phase.OVER && open == 0 && !reported) {
            reported = true;
            engine.finished(this);
        }
    }

    // ---- what became of it, for those who record calls

    public Request request() {
        return request;
    }

    /** When it started, on the driver's clock. */
    public long startedAt() {
        return startedAt;
    }

    /** The virtual host that matched, if one did. */
    public @Nullable String virtualHost() {
        return table == null ? null : table.host().name();
    }

    /** The route that matched, if one did. */
    public @Nullable Route route() {
        return route;
    }

    /** The cluster that was chosen, if one was. */
    public @Nullable String cluster() {
        return cluster == null ? null : cluster.config().name();
    }

    /** Every attempt in the order of sending, mirrored copies included. */
    public List<Flight> attempts() {
        List<Flight> all = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            all.add(flight(i));
        }
        return all;
    }

    /** The attempt whose answer or exception the application got. */
    public @Nullable Flight delivered() {
        return delivered;
    }

    /** The local answer the application got. */
    public @Nullable Refusal refusal() {
        return refusal;
    }

    /** The client span; null when somebody else traces. */
    public @Nullable ClientSpan span() {
        return span;
    }

    HeaderEdits routeEdits() {
        return forwarding().edits();
    }

    private Action.Forward forwarding() {
        if (route != null && route.action() instanceof Action.Forward forward) {
            return forward;
        }
        throw new IllegalStateException("no attempt without a route that forwards");
    }

    private LiveCluster clusterNow() {
        if (cluster == null) {
            throw new IllegalStateException("no attempt without a cluster");
        }
        return cluster;
    }
}
