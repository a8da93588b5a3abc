package dev.weft.telemetry;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.trace.ClientSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes one client span of each finished call that is traced, with what each attempt met. */
public final class ClientSpans implements Consumer<Call> {
    private final Clock clock;
    private final Epoch epoch;
    private final Consumer<Finished> spans;

    public ClientSpans(Clock clock, Epoch epoch, Consumer<Finished> spans) {
        this.clock = clock;
        this.epoch = epoch;
        this.spans = spans;
    }

    @Override
    public void accept(Call call) {
        ClientSpan span = call.span();
        if (span == null || !span.sampled()) {
            return;
        }
        Request request = call.request();
        Route route = call.route();
        Flight delivered = call.delivered();
        spans.accept(new FinishedCall(
                span,
                epoch,
                call.startedAt(),
                end(call, delivered),
                request.method(),
                request.host(),
                request.port(),
                Texts.path(request.path()),
                route == null ? "" : route.name(),
                call.cluster(),
                code(call, delivered),
                attempts(call),
                failed(call, delivered),
                why(call, delivered)));
    }

    /** A call is over with the end of the answer it delivered, unless something still ran beside it. */
    private long end(Call call, @Nullable Flight delivered) {
        return delivered != null && call.attempts().size() == 1 ? delivered.endedAt() : clock.nanos();
    }

    private static List<FinishedCall.Sent> attempts(Call call) {
        List<Flight> flights = call.attempts();
        if (flights.size() == 1 && !flights.get(0).shadow()) {
            return List.of(attempt(flights.get(0)));
        }
        List<FinishedCall.Sent> attempts = new ArrayList<>(flights.size());
        for (Flight flight : flights) {
            if (!flight.shadow()) {
                attempts.add(attempt(flight));
            }
        }
        return attempts;
    }

    private static FinishedCall.Sent attempt(Flight flight) {
        return new FinishedCall.Sent(
                flight.number(),
                flight.endpoint().address(),
                outcome(flight),
                code(flight),
                flight.startedAt(),
                flight.endedAt());
    }

    /** The worse of what its head said and what its end said: an answer that broke midway did not succeed. */
    private static Outcome outcome(Flight flight) {
        Head head = flight.head();
        End end = flight.end();
        if (head != null && head.outcome() != Outcome.SUCCESS) {
            return head.outcome();
        }
        Outcome last = end == null ? Outcome.SUCCESS : end.outcome();
        return last == Outcome.CANCELLED ? Objects.requireNonNullElse(flight.verdict(), last) : last;
    }

    private static int code(Flight flight) {
        Head head = flight.head();
        End end = flight.end();
        return end != null && end.code() != 0 ? end.code() : head == null ? 0 : head.code();
    }

    private static int code(Call call, @Nullable Flight delivered) {
        Refusal refusal = call.refusal();
        return delivered != null
                ? code(delivered)
                : refusal != null && !refusal.kind().failure() ? refusal.code() : 0;
    }

    /** A caller's fault is one here, where the caller is. */
    private static boolean failed(Call call, @Nullable Flight delivered) {
        Refusal refusal = call.refusal();
        return delivered != null
                ? outcome(delivered) != Outcome.SUCCESS
                : refusal != null && (refusal.kind().failure() || refusal.code() >= 400);
    }

    private static String why(Call call, @Nullable Flight delivered) {
        Refusal refusal = call.refusal();
        if (delivered == null) {
            return refusal != null ? Texts.clip(refusal.why()) : "the application gave up";
        }
        End end = delivered.end();
        Throwable cause = end == null ? null : end.cause();
        return cause == null ? "" : Texts.clip(cause.toString());
    }
}
