package dev.weft.engine;

import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.ledger.Gate;
import dev.weft.engine.ledger.Gate.Place;
import dev.weft.engine.ledger.SessionGate;
import dev.weft.engine.policy.Urgency;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.trace.Handed;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way in of one call: what it must pass, and the deadline that it brings along. Made only for calls that have
 * either.
 */
final class Entry {
    private static final long NOT = Long.MIN_VALUE;
    private static final long OVER = NOT + 1;

    private static final Answer LATE = new Answer.Failed("no answer came in time");

    private List<Gate> gates = List.of();
    private @Nullable Route route;
    private final List<Place> places = new ArrayList<>(2);
    private int next;
    private long since;
    private long until = NOT;
    /** What the call gets when its wait is over, instead of going on. */
    private @Nullable Refusal then;

    /** What it waits for beside the time. */
    private @Nullable Question question;

    /** Who makes something of the answer, where it is more than a turn. */
    private Gate.@Nullable Asking asking;

    private long waited;
    private boolean delayed;
    private long limit = Long.MAX_VALUE;
    private long inherited = Long.MAX_VALUE;
    /** Where its session is, if it is of one. */
    private SessionGate.@Nullable Session session;

    /** What the request that is being served hands down, as the caller's thread had it. */
    private final short handed;

    /** What those who learn of calls hear instead of what the application got. */
    private @Nullable Outcome learned;

    /** @param handed as {@link Handed} has it */
    Entry(short handed) {
        this.handed = handed;
    }

    short handed() {
        return handed;
    }

    /** What it has to pass from now on. */
    void through(List<Gate> guarding, Route taken) {
        gates = guarding;
        route = taken;
        next = 0;
    }

    /** The call must be over by then, whatever else allows it more. */
    void limit(long deadline) {
        limit = Math.min(limit, deadline);
    }

    /** The request that is being served meanwhile must be over by then. */
    void inherit(long deadline) {
        inherited = deadline;
        limit(deadline);
    }

    /** Whether this is the time of the request that is being served, and not one that a rule allows. */
    boolean inherited(long deadline) {
        return inherited <= deadline;
    }

    /** When the call must be over, by what it brings along; {@link Long#MAX_VALUE} for never. */
    long limit() {
        return limit;
    }

    /** Goes as far as it can. What the application gets where it is refused; null where it is in, or waits. */
    @Nullable
    Refusal go(Request request, @Nullable String cluster, long now) {
        if (until != NOT) {
            if (now < until) {
                return null;
            }
            until = NOT;
            if (question == null) {
                waited += now - since;
            }
            if (asking != null) {
                then = asking.answered(LATE);
            }
            question = null;
            asking = null;
            if (then != null) {
                return then;
            }
        }
        // What is over costs nobody anything: it passes none of them, and is refused where it would be sent.
        while (next < gates.size() && now < limit) {
            Gate.Verdict verdict = ask(gates.get(next++), request, cluster, now);
            limit(verdict.deadline());
            if (verdict.place() != null) {
                places.add(verdict.place());
                session = verdict.place() instanceof SessionGate.Session own ? own : session;
            }
            if (verdict.until() > now) {
                since = now;
                until = verdict.until();
                then = verdict.refusal();
                question = verdict.question();
                asking = verdict.place() instanceof Gate.Asking one ? one : null;
                delayed |= question == null;
                return null;
            }
            if (verdict.refusal() != null) {
                return verdict.refusal();
            }
        }
        return null;
    }

    private Gate.Verdict ask(Gate gate, Request request, @Nullable String cluster, long now) {
        return gate instanceof Gate.ByUrgency some
                ? some.admit(request, urgency(request), now)
                : gate.admit(request, cluster, Objects.requireNonNull(route), now);
    }

    /** By the call's own word, else as urgent as what it is made for. */
    private int urgency(Request request) {
        int said = Urgency.read(request.header("priority"));
        int urgency = said < 0 ? Handed.urgency(handed) : said;
        return urgency < 0 ? Urgency.DEFAULT : urgency;
    }

    /** What it waited for has come: its turn, or an answer. */
    void turn(Answer answer) {
        then = asking == null ? null : asking.answered(answer);
        asking = null;
        if (then == null) {
            until = NOT;
            question = null;
        } else {
            until = OVER;
        }
    }

    /** What it waits for beside the time; null for nothing. */
    @Nullable
    Question question() {
        return question;
    }

    boolean waiting() {
        return until != NOT;
    }

    /** When a wait is over. */
    long until() {
        return until;
    }

    /** Nanoseconds that a fault made it wait; waiting for its turn is a part of its time. */
    long waited() {
        return waited;
    }

    /** Whether a fault makes it wait, or has. */
    boolean delayed() {
        return delayed;
    }

    /** Where its session is; null where it is of none. */
    SessionGate.@Nullable Session session() {
        return session;
    }

    /** Whatever the application gets, this is what the call says of those who were to answer it. */
    void learn(Outcome outcome) {
        learned = outcome;
    }

    /** The call is over, however far it came: everything is given back, the last first. */
    void leave(@Nullable Outcome outcome, int code, long now) {
        for (int i = places.size() - 1; i >= 0; i--) {
            places.get(i).leave(learned == null ? outcome : learned, code, now);
        }
        places.clear();
    }
}
