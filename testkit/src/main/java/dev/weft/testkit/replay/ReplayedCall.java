package dev.weft.testkit.replay;

import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.Flight;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Step;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HostRewrite;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.Route;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The driver of one call that is replayed. */
final class ReplayedCall {
    private static final RecordedCall.Answered WELL = new RecordedCall.Answered(0, 200, Outcome.SUCCESS, 0);

    private final Replayer world;
    private final RecordedCall recorded;
    private final Call call;
    private final SplittableRandom random;
    private int sent;
    private boolean passed;
    private @Nullable Flight delivered;
    private @Nullable Refusal refusal;

    ReplayedCall(Replayer world, Engine engine, RecordedCall recorded, SplittableRandom random) {
        this.world = world;
        this.recorded = recorded;
        this.random = random;
        this.call = engine.call(recorded, true);
    }

    void begin() {
        happens(() -> call.start(world.now()));
    }

    private void happens(Runnable event) {
        world.dice().of(random);
        event.run();
        drain();
    }

    private void drain() {
        while (true) {
            Step step = call.next(world.now());
            if (step instanceof Step.Idle idle) {
                if (idle.wakeAt() != Long.MAX_VALUE) {
                    world.at(idle.wakeAt(), () -> happens(() -> {}));
                }
                return;
            }
            take(step);
        }
    }

    private void take(Step step) {
        if (step instanceof Flight flight) {
            answer(flight, sent < recorded.answers().size() ? recorded.answers().get(sent) : WELL);
            sent++;
        } else if (step instanceof Step.Shadow shadow) {
            answer((Flight) shadow.attempt(), WELL);
        } else if (step instanceof Step.Abort abort) {
            call.end(abort.attempt(), End.CANCELLED, world.now());
        } else if (step instanceof Step.Ask ask) {
            ask(ask);
        } else if (step instanceof Step.Deliver) {
            delivered = call.delivered();
        } else if (step instanceof Step.Reply reply) {
            refusal = reply.refusal();
        } else {
            passed |= step instanceof Step.Pass;
        }
    }

    private void ask(Step.Ask ask) {
        if (ask.question() instanceof Question.Place place) {
            place.await(answer -> world.at(world.now(), () -> happens(() -> call.answer(ask, answer, world.now()))));
        } else if (ask.question() instanceof Question.Quota) {
            call.answer(ask, Answer.Quota.OK, world.now()); // what the service had counted then nobody knows
        } else {
            call.answer(ask, new Answer.Failed("it is not in these rules"), world.now());
        }
    }

    /** What was stopped before it had an answer would have had one at a time that nobody knows. */
    private void answer(Flight flight, RecordedCall.Answered answered) {
        boolean stopped = answered.end() == Outcome.DEADLINE || answered.end() == Outcome.CANCELLED;
        if (answered.status() == 0 && answered.code() == 0 && stopped) {
            return;
        }
        if (answered.status() != 0) {
            world.at(
                    world.now() + head(answered),
                    () -> happens(() -> call.head(flight, Head.http(answered.status(), name -> null), world.now())));
        }
        world.at(
                world.now() + answered.took(),
                () -> happens(() -> {
                    boolean told = answered.status() >= 400 && answered.code() == 0;
                    Outcome end = told ? Outcome.SUCCESS : answered.end();
                    call.end(flight, new End(end, answered.code(), null), world.now());
                }));
    }

    /**
     * How long the head of an answer takes. A recording has the end alone; but where there was a head, it came before
     * the limits that it was held to: the caller's is one for heads, and the one that stopped the body came later.
     */
    private long head(RecordedCall.Answered answered) {
        if (answered.end() == Outcome.DEADLINE) {
            return 0;
        }
        long left = recorded.timeoutNanos() - 1 - (world.now() - call.startedAt());
        return Math.min(answered.took(), Math.max(0, left));
    }

    Verdict verdict() {
        Route route = call.route();
        Map<String, Integer> weights = new TreeMap<>();
        if (route != null
                && route.action() instanceof Action.Forward forward
                && forward.clusters().size() > 1) {
            forward.clusters().forEach(cluster -> weights.merge(cluster.cluster(), cluster.weight(), Integer::sum));
        }
        String path = call.attemptCount() == 0 ? null : call.attempt(0).path();
        return new Verdict(
                text(call.virtualHost()),
                route == null ? "" : route.name(),
                route == null
                        ? List.of()
                        : route.guards().stream().map(Object::toString).toList(),
                weights,
                text(call.cluster()),
                call.limits().equals(Limits.NONE) ? "" : call.limits().toString(),
                text(path),
                text(call.attemptCount() == 0 ? null : authority(call.attempt(0))),
                by(),
                status(),
                location(),
                sent);
    }

    /** Recordings tell the addresses of endpoints and not their names. */
    private static @Nullable String authority(Flight flight) {
        return flight.hostRewrite() instanceof HostRewrite.OfEndpoint ? null : flight.authority();
    }

    private String by() {
        if (refusal != null) {
            Refusal.Details details = refusal.details();
            return details == null ? lower(refusal.kind()) : details.words();
        }
        if (delivered == null) {
            return passed ? "pass" : "no answer";
        }
        Outcome verdict = delivered.verdict();
        return delivered.head() != null ? "upstream" : lower(verdict == null ? Outcome.CANCELLED : verdict);
    }

    private int status() {
        Head head = delivered == null ? null : delivered.head();
        return refusal != null ? refusal.code() : head == null ? 0 : head.code();
    }

    private String location() {
        return refusal == null
                ? ""
                : refusal.headers().stream()
                        .filter(header -> header.name().equals("location"))
                        .map(Refusal.Header::value)
                        .findFirst()
                        .orElse("");
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
