package dev.weft.engine;

import dev.weft.engine.balance.PickContext;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.call.Step;
import dev.weft.engine.ledger.Gate;
import dev.weft.engine.ledger.Live;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.engine.ledger.Overload;
import dev.weft.engine.ledger.SessionGate;
import dev.weft.engine.ledger.Target;
import dev.weft.engine.policy.FallingBack;
import dev.weft.engine.policy.Retrying;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Fallback;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.trace.ClientSpan;
import dev.weft.engine.trace.Handed;
import java.util.ArrayDeque;
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
    public static final long COLD_WAIT_NANOS = 5_000_000_000L;

    private static final int MOST_ASKS = 3;

    private enum Phase {
        NEW,
        ASKING,
        /** A guard makes it wait. */
        ENTERING,
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

    private byte asks;
    private boolean reported;
    private boolean held;

    /** Where it goes; null where the rules say nothing of its host. */
    private @Nullable Target target;

    /** What the application gets instead of an answer from an endpoint; also what the call comes to later. */
    private @Nullable Step instead;

    /** Its attempts, a chain. */
    private @Nullable Flight first;
    /** The one whose answer or exception the application gets. */
    private @Nullable Flight delivered;

    private @Nullable Again again;

    /** Its way in, where something guards it or it brings something along. */
    private @Nullable Entry entry;

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
        deadline = Times.plus(now, request.timeoutNanos());
        long inherited = engine.ambient().deadline();
        if (inherited != Long.MAX_VALUE) {
            deadline = Math.min(deadline, inherited);
            way().inherit(inherited);
        }
        if (engine.ambient().handed() != Handed.NOTHING) {
            way();
        }
        admit(now);
    }

    /**
     * The answer of an attempt began: a retry is decided here.
     *
     * @param now may be that of the sending when the outcome is a success
     */
    public void head(Attempt attempt, Head head, long now) {
        Flight flight = (Flight) attempt;
        if (flight.head != null || !flight.open()) {
            return;
        }
        flight.head = head;
        if (flight.live.heard()) {
            flight.live.answered(head.headers(), now);
        }
        if (head.outcome() != Outcome.SUCCESS) {
            if (head.code() == 429 || head.code() == 503) {
                flight.live.unwilling(head.headers(), now);
            }
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
        if (!flight.failed()) {
            flight.endedAt = now;
        }
        if (end.trailers() != Headers.NONE && flight.live.heard()) {
            flight.live.answered(end.trailers(), now);
        }
        long took = now - flight.startedAt;
        boolean well = end.outcome() == Outcome.SUCCESS;
        if (well && flight.verdict == null) {
            flight.verdict = Outcome.SUCCESS;
            flight.live.cluster().succeeded(flight.live, took, now);
        } else {
            flight.live.ended(took, now);
        }
        if (flight.number > 1) {
            flight.live.cluster().retryEnded(flight.counted);
        }
        // What we stopped ourselves says nothing about the endpoint; a time limit was observed when it passed.
        if (!well && !flight.aborted) {
            observe(flight, end.outcome(), now);
        }
        if (!flight.shadow && !flight.aborted && flight.head == null && phase == Phase.OPEN) {
            judge(flight, end.outcome(), Retrying.grpcStatus(end.outcome(), end.code()), now);
        }
        report(now);
    }

    /**
     * Whether it counts how long the application waits for each piece of a delivered answer: whether {@link #awaits}
     * does anything. The same for as long as the answer is read.
     */
    public boolean heedsBytes() {
        return idleNanos() != Long.MAX_VALUE;
    }

    private long idleNanos() {
        return target == null ? Long.MAX_VALUE : target.idleNanos();
    }

    /** Whether what comes behind this answer's body is of use, and is to be told with its end. */
    public boolean heedsTrailers(Attempt attempt) {
        return ((Flight) attempt).live.heard();
    }

    /** From now on the application waits for bytes of this answer, be it for the first or for more of them. */
    public void awaits(Attempt attempt, long now) {
        Flight flight = (Flight) attempt;
        if (flight == delivered && flight.open() && !flight.aborted && heedsBytes()) {
            again().idleAt = Times.plus(now, idleNanos());
        }
    }

    /** The application has bytes of this answer to work on, and waits for none. */
    public void rests(Attempt attempt) {
        if (again != null && attempt == delivered) {
            again.idleAt = Long.MAX_VALUE;
        }
    }

    /** The answer to a question. */
    public void answer(Step.Ask ask, Answer answer, long now) {
        if (phase == Phase.ENTERING && entry != null && entry.question() == ask.question()) {
            entry.turn(answer);
            enter(entry, now);
            return;
        }
        if (phase != Phase.ASKING) {
            return;
        }
        if (answer instanceof Answer.Pass) {
            instead(Step.PASS, now);
        } else if (answer instanceof Answer.Failed failed) {
            refuse(Refusal.Kind.COLD, 503, failed.why(), now);
        } else {
            admit(now);
        }
    }

    /** The application gave up. */
    public void cancel(long now) {
        if (phase != Phase.OVER) {
            over();
            pending = null;
            more = null;
            instead = null; // what a rule would have answered was not given
        }
        abortOpen(null);
        report(now);
    }

    /** The library's own call runs instead, because of a bug of ours: what this one holds is given back, no more. */
    public void abandon(long now) {
        over();
        reported = true;
        release();
        if (entry != null) {
            entry.leave(null, 0, now);
        }
        for (Step step = pending; step != null; step = more == null ? null : more.poll()) {
            Attempt untold = step instanceof Step.Send send
                    ? send.attempt()
                    : step instanceof Step.Shadow shadow ? shadow.attempt() : null;
            if (untold != null) {
                end(untold, End.CANCELLED, now); // no driver knows of it, so nobody else will say that it is over
            }
        }
        pending = null;
        more = null;
    }

    /** What to do now; call it until it says {@link Step.Idle}. */
    public Step next(long now) {
        if (pending == null) {
            long wake = wakeAt();
            if (now < wake) {
                return idle(wake); // nothing is due
            }
            tick(now);
        }
        Step step = pending;
        if (step == null) {
            return idle(wakeAt());
        }
        pending = more == null ? null : more.poll();
        return step;
    }

    private static Step.Idle idle(long wakeAt) {
        return wakeAt == Long.MAX_VALUE ? Step.WAIT : new Step.Idle(wakeAt);
    }

    // ---- admit: which name, which route, which cluster

    private void admit(long now) {
        Live live = engine.live();
        target = Admission.target(engine, live, request, now);
        instead = Admission.instead(engine, live, request, target);
        List<Gate> gates = Admission.gates(live, target, instead);
        if (gates == null) {
            open(now);
        } else {
            way().through(gates, Objects.requireNonNull(route()));
            enter(way(), now);
        }
    }

    /** Through the guards of the route, as far as they let it. */
    private void enter(Entry way, long now) {
        Refusal refused = way.go(request, cluster(), now);
        deadline = Math.min(deadline, way.limit());
        if (refused != null) {
            reply(fallingBack(new Step.Reply(refused)), now);
        } else if (way.waiting()) {
            trace(); // its time may come on another thread
            phase = Phase.ENTERING;
            hold();
            if (way.question() != null) {
                queue(new Step.Ask(way.question()));
            }
        } else {
            open(now);
        }
    }

    private void open(long now) {
        if (instead != null) {
            instead(instead, now);
            return;
        }
        Target to = target();
        phase = Phase.OPEN;
        deadline = Math.min(deadline, routeLimit(to));
        trace();
        if (now >= deadline) {
            refuse(Refusal.Kind.TIMEOUT, 504, "its time was over before it was sent", now);
            return;
        }
        engine.witness(this, now);
        Overload.Why overflow = to.cluster().overflow(engine.random());
        if (overflow != null) {
            reply(fallingBack(new Step.Reply(overflow.refusal(request))), now);
        } else if (!send(false, now)) {
            if (entry != null) {
                entry.learn(Outcome.UNAVAILABLE); // whatever a fallback makes of it
            }
            String unkept = session() == null ? null : session().unkept();
            String cluster = to.cluster().config().name();
            String why = unkept == null ? "cluster " + cluster + " has no endpoint" : unkept;
            refuse(Refusal.Kind.NO_ENDPOINT, 503, why, now);
        } else if (to.beside()) {
            company(to, now);
        }
    }

    /** What is sent beside the first attempt. */
    private void company(Target to, long now) {
        if (!concurrent) {
            engine.alone(request, to);
            return;
        }
        if (Again.mayHedge(request, to.forward())) {
            again().planHedge(1, now);
        }
        mirror(to.forward(), now);
    }

    /**
     * When the whole answer must be there. What a guard made the call wait is not a part of the route's time,
     * as in Envoy; what the call brings along is a point in time.
     */
    long routeLimit(Target to) {
        return entry == null
                ? Times.plus(startedAt, to.timeoutNanos())
                : Math.min(entry.limit(), Times.plus(startedAt + entry.waited(), to.timeoutNanos()));
    }

    private void trace() {
        if (span == null && !request.opaque()) {
            span = ClientSpan.begin(engine.ambient(), engine.random(), request);
        }
    }

    /** Nothing is sent, at least not now. */
    private void instead(Step step, long now) {
        if (step instanceof Step.Ask && ++asks <= MOST_ASKS) {
            trace(); // the answer may come on another thread, which works for no trace
            way();
            phase = Phase.ASKING;
            hold();
            queue(step);
        } else if (step instanceof Step.Ask) {
            refuse(Refusal.Kind.COLD, 503, "its configuration is said to be here and is not", now);
        } else if (step instanceof Step.Reply reply) {
            reply(reply, now);
        } else {
            phase = Phase.OVER;
            reported = true;
            release();
            queue(step);
        }
    }

    // ---- send

    private boolean send(boolean counted, long now) {
        LiveCluster to = target().cluster();
        PickContext choice = choice();
        LiveEndpoint endpoint = choice == PickContext.NONE && first == null
                ? to.pick(now, engine.random(), List.of())
                : to.pick(now, engine.random(), Flights.tried(first), choice, previousPriorities());
        if (endpoint == null) {
            return false;
        }
        if (again != null) {
            drop(again.fallback);
        }
        Flight flight = new Flight(this, endpoint, Flights.sent(first) + 1, false, counted, now);
        first = Flights.launch(first, flight);
        queue(flight);
        return true;
    }

    private int previousPriorities() {
        RetryPolicy policy = target().forward().retry();
        return policy == null ? 0 : policy.previousPriorities();
    }

    /** What is handed down, as {@link Handed} has it: as the thread had it that made the call, whichever thread sends. */
    short handed() {
        return entry == null ? Handed.NOTHING : entry.handed();
    }

    private PickContext choice() {
        SessionGate.Session session = session();
        PickContext choice = target().choice(request, engine.source());
        return session == null ? choice : session.wish(choice);
    }

    private SessionGate.@Nullable Session session() {
        return entry == null ? null : entry.session();
    }

    private void mirror(Action.Forward forward, long now) {
        List<Action.Mirror> mirrors = forward.mirrors();
        for (int i = 0; i < mirrors.size(); i++) {
            Action.Mirror mirror = mirrors.get(i);
            LiveCluster copy = engine.live().clusters().get(mirror.cluster());
            boolean chosen = request.replayable() && engine.random().below(1_000_000) < mirror.perMillion();
            if (copy == null
                    || !chosen
                    || copy.config().transport() instanceof Transport.Unavailable
                    || copy.overflow(engine.random()) != null) {
                continue;
            }
            LiveEndpoint endpoint = copy.pick(now, engine.random(), List.of());
            if (endpoint != null) {
                Flight flight = new Flight(this, endpoint, 1, true, false, now);
                first = Flights.launch(first, flight);
                queue(new Step.Shadow(flight));
            }
        }
    }

    // ---- judge: is this the end?

    private void judge(Flight flight, Outcome outcome, int code, long now) {
        boolean failed = outcome != Outcome.SUCCESS && outcome != Outcome.CALLER_FAULT;
        if (!failed && code < 400 && !target().looksAtSuccess()) {
            settle(flight, now);
            return;
        }
        Again more = again();
        if (failed && Flights.hopeBeside(first, flight, more.fallback)) {
            // Another hedge may still win; this one is only kept for when none does.
            drop(more.fallback);
            more.fallback = flight;
            more.hurryHedge(now);
        } else if (!flight.givenUp() && more.planRetry(outcome, code, flight.head, now, deadline, engine.random())) {
            drop(more.fallback);
            more.fallback = flight;
            hold();
        } else {
            settle(flight, now);
        }
    }

    /** The application gets this attempt's answer or exception; an attempt we stopped has neither. */
    private void settle(Flight flight, long now) {
        if (flight.aborted) {
            refuse(Refusal.Kind.TIMEOUT, 504, flight + " got no answer in time", now);
            return;
        }
        Fallback better = fallback();
        if (better != null && FallingBack.from(flight.verdict)) {
            reply(new Step.Reply(FallingBack.answer(better, flight + ": " + flight.verdict)), now);
            return;
        }
        over();
        delivered = flight;
        // The caller's own limit is one for the head, in every library; only the route's is for the whole answer.
        deadline = routeLimit(target());
        abortOpen(flight);
        queue(flight.head == null ? Step.DELIVER : Step.Deliver.with(answerEdits(flight)));
        report(now);
    }

    private HeaderEdits answerEdits(Flight flight) {
        SessionGate.Session session = session();
        Refusal.Header kept = session == null ? null : session.answered(flight.live.address());
        HeaderEdits ruled = target().answerEdits();
        return kept == null
                ? ruled
                : HeaderEdits.adding(kept.name(), kept.value()).then(ruled);
    }

    // ---- time

    private void tick(long now) {
        if (phase != Phase.OPEN && !Flights.open(first)) {
            before(now);
            return;
        }
        if (now >= deadline) {
            expire(now);
            return;
        }
        if (phase == Phase.OPEN) {
            overdue(now);
        } else if (again != null && now >= again.idleAt) {
            stalled(again, now);
        }
        if (phase == Phase.OPEN && again != null && again.retryDue(now)) {
            retry(again, now);
        }
        if (phase == Phase.OPEN && again != null && again.hedgeDue(now)) {
            hedge(again, now);
        }
    }

    /** Nothing was sent yet. */
    private void before(long now) {
        if (phase == Phase.ASKING && now >= askUntil()) {
            refuse(Refusal.Kind.COLD, 503, "no configuration for " + request.host() + " came in time", now);
        } else if (phase == Phase.ENTERING && now >= deadline) {
            refuse(Refusal.Kind.TIMEOUT, 504, "its time was over before it was sent", now);
        } else if (phase == Phase.ENTERING && entry != null && now >= entry.until()) {
            enter(entry, now);
        }
    }

    private void overdue(long now) {
        for (Flight flight = first; flight != null && phase == Phase.OPEN; flight = flight.next) {
            if (flight.waiting() && !flight.shadow && now >= flight.deadline()) {
                flight.live.cluster().tryTimedOut();
                observe(flight, Outcome.DEADLINE, now);
                abort(flight);
                judge(flight, Outcome.DEADLINE, 0, now);
            }
        }
    }

    /** Nothing more has come of the answer that the application reads. */
    private void stalled(Again more, long now) {
        more.idleAt = Long.MAX_VALUE;
        Flight flight = delivered;
        if (flight != null && flight.open() && !flight.aborted) {
            flight.live.cluster().timedOut();
            observe(flight, Outcome.DEADLINE, now);
            abort(flight);
        }
    }

    private void expire(long now) {
        // Whoever asked this process may have given it any time, however short: that says nothing of who was asked.
        boolean inherited = entry != null && entry.inherited(deadline);
        for (Flight flight = first; flight != null; flight = flight.next) {
            boolean late = flight.waiting() || flight == delivered && flight.open() && !flight.aborted;
            if (late && !inherited) {
                observe(flight, Outcome.DEADLINE, now);
            } else if (late && flight.verdict == null) {
                flight.verdict = Outcome.DEADLINE;
                flight.endedAt = now;
            }
            if (late && flight == delivered) {
                flight.live.cluster().timedOut();
            }
        }
        if (phase == Phase.OPEN) {
            if (entry != null && inherited) {
                entry.learn(Outcome.CANCELLED);
            }
            target().cluster().timedOut();
            refuse(Refusal.Kind.TIMEOUT, 504, "no answer within the time limit of the call", now);
        } else {
            abortOpen(null);
        }
        deadline = Long.MAX_VALUE;
    }

    private void retry(Again planned, long now) {
        if (send(planned.counted(), now)) {
            planned.retrySent();
        } else if (planned.fallback != null) {
            settle(planned.fallback, now);
        }
    }

    private void hedge(Again planned, long now) {
        if (!planned.takeHedge()) {
            return;
        }
        if (send(true, now)) {
            planned.hedgeSent(Flights.sent(first), now);
        } else {
            planned.giveHedgeBack();
        }
    }

    private long wakeAt() {
        if (phase == Phase.ASKING) {
            return askUntil();
        }
        if (phase == Phase.ENTERING && entry != null) {
            return Math.min(deadline, entry.until());
        }
        if (phase == Phase.OVER) {
            long idle = again == null ? Long.MAX_VALUE : again.idleAt;
            return Flights.open(first) ? Math.min(deadline, idle) : Long.MAX_VALUE;
        }
        boolean patient = target == null || target.headNanos() == Long.MAX_VALUE;
        long wake = patient ? deadline : Math.min(deadline, Flights.firstDeadline(first));
        return again == null ? wake : Math.min(wake, again.wakeAt());
    }

    private long askUntil() {
        return Math.min(deadline, Times.plus(startedAt, COLD_WAIT_NANOS));
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

    private void refuse(Refusal.Kind kind, int code, String why, long now) {
        reply(fallingBack(Admission.refuse(request, kind, code, why)), now);
    }

    /** What the application gets instead of this refusal, if the rule has something better. */
    private Step.Reply fallingBack(Step.Reply step) {
        Fallback better = fallback();
        return better != null && FallingBack.from(step.refusal())
                ? new Step.Reply(FallingBack.answer(better, step.refusal().why()))
                : step;
    }

    /** A status and text of HTTP are no answer to gRPC: to its callers they are a failure that says less. */
    private @Nullable Fallback fallback() {
        Fallback better = target == null ? null : target.fallback();
        return better == null || request.grpc() ? null : better;
    }

    private void reply(Step.Reply step, long now) {
        if (phase == Phase.NEW) {
            trace(); // what is refused before it is sent is a call of its trace too
        }
        over();
        instead = step;
        engine.refused(this, now);
        abortOpen(null);
        queue(step);
        report(now);
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
        for (Flight flight = first; flight != null; flight = flight.next) {
            if (flight != but && !(flight.shadow && but != null)) {
                drop(flight);
            }
        }
    }

    private void over() {
        phase = Phase.OVER;
        if (again != null) {
            again.giveUp();
        }
    }

    // ---- observe: what do we learn?

    private void observe(Flight flight, Outcome outcome, long now) {
        if (flight.verdict == null) {
            flight.verdict = outcome;
            flight.endedAt = now;
            if (outcome != Outcome.CANCELLED) {
                flight.live.cluster().observe(flight.live, outcome, flight.startedAt, now);
            }
        }
    }

    private void report(long now) {
        if (entry != null && phase == Phase.OVER && !Flights.busy(first)) {
            entry.leave(result(), code(), now);
        }
        if (phase == Phase.OVER && !reported && !Flights.open(first)) {
            reported = true;
            release();
            engine.finished(this);
        }
    }

    /** What the application got, for those who learn of calls; null where nobody outside was asked. */
    private @Nullable Outcome result() {
        if (delivered != null) {
            return delivered.verdict;
        }
        Refusal refused = refusal();
        if (refused == null) {
            return Outcome.CANCELLED;
        }
        return switch (refused.kind()) {
            case TIMEOUT -> first == null ? null : Outcome.DEADLINE;
            case NO_ENDPOINT -> Outcome.UNAVAILABLE;
            case COLD, NO_ROUTE, OVERFLOW, TLS_REQUIRED, RESET -> null;
            case RULE -> { // a fallback tells nothing of itself, but what it stands for does
                Flight last = Flights.last(first);
                yield last == null ? null : last.verdict;
            }
        };
    }

    /** HTTP status that the application got; 0 for none. */
    private int code() {
        Flight flight = delivered == null ? Flights.last(first) : delivered;
        Refusal refused = refusal();
        if (flight != null) {
            return flight.head == null ? 0 : flight.head.code();
        }
        return refused == null ? 0 : refused.code();
    }

    /** From now on the call counts as under way even where no attempt is in flight. */
    private void hold() {
        if (!held) {
            held = true;
            engine.held();
        }
    }

    private void release() {
        if (held) {
            held = false;
            engine.released();
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
        return target == null ? null : target.table().host().name();
    }

    /** The route that matched, if one did. */
    public @Nullable Route route() {
        return target == null ? null : target.route();
    }

    /** The cluster that was chosen, if one was. */
    public @Nullable String cluster() {
        return target == null || target.known() == null
                ? null
                : target.known().config().name();
    }

    /** What of the calls to the cluster that was chosen is refused here; nothing where none was. */
    public Limits limits() {
        return target == null || target.known() == null
                ? Limits.NONE
                : target.known().config().limits();
    }

    /** Every attempt in the order of sending, mirrored copies included. */
    public List<Flight> attempts() {
        return Flights.all(first);
    }

    /** How many attempts there were, mirrored copies included. */
    public int attemptCount() {
        return Flights.size(first);
    }

    /** One of {@link #attempts()}, where no list is wanted. */
    public Flight attempt(int index) {
        Flight flight = first;
        for (int i = 0; i < index && flight != null; i++) {
            flight = flight.next;
        }
        return Objects.requireNonNull(flight);
    }

    /** The attempt whose answer or exception the application got. */
    public @Nullable Flight delivered() {
        return delivered;
    }

    /** The local answer the application got. */
    public @Nullable Refusal refusal() {
        return instead instanceof Step.Reply reply ? reply.refusal() : null;
    }

    /** Whether a fault made it wait. */
    public boolean delayed() {
        return entry != null && entry.delayed();
    }

    /** The client span; null when somebody else traces. */
    public @Nullable ClientSpan span() {
        return span;
    }

    Target target() {
        return Objects.requireNonNull(target);
    }

    long deadline() {
        return deadline;
    }

    private Entry way() {
        Entry made = entry;
        if (made == null) {
            made = new Entry(engine.ambient().handed());
            entry = made;
        }
        return made;
    }

    private Again again() {
        Again made = again;
        if (made == null) {
            made = new Again(request, target(), handed());
            again = made;
        }
        return made;
    }
}
