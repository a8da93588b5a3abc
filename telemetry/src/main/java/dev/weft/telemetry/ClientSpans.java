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
    private final Consumer<Span> spans;

    public ClientSpans(Clock clock, Epoch epoch, Consumer<Span> spans) {
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
        long start = epoch.at(call.startedAt());
        Flight delivered = call.delivered();
        int code = code(call, delivered);
        spans.accept(new Span(
                span.context(),
                span.parentSpanId(),
                Span.Kind.CLIENT,
                call.request().method(),
                start,
                start + (clock.nanos() - call.startedAt()),
                attributes(call, code),
                attempts(call),
                failed(call, delivered),
                why(call, delivered)));
    }

    /** In an array of the right size, because each traced call pays for this. */
    private static List<Attribute> attributes(Call call, int code) {
        Request request = call.request();
        Route route = call.route();
        String cluster = call.cluster();
        boolean named = route != null && !route.name().isEmpty();
        Attribute[] all = new Attribute[4 + (named ? 1 : 0) + (cluster != null ? 1 : 0) + (code != 0 ? 1 : 0)];
        int count = 0;
        all[count++] = new Attribute.Text("http.request.method", request.method());
        all[count++] = new Attribute.Text("server.address", request.host());
        all[count++] = new Attribute.Count("server.port", request.port());
        all[count++] = new Attribute.Text("url.path", Texts.path(request.path()));
        if (route != null && named) {
            all[count++] = new Attribute.Text("weft.route", route.name());
        }
        if (cluster != null) {
            all[count++] = new Attribute.Text("weft.cluster", cluster);
        }
        if (code != 0) {
            all[count] = new Attribute.Count("http.response.status_code", code);
        }
        return List.of(all);
    }

    private List<Span.Attempt> attempts(Call call) {
        List<Flight> flights = call.attempts();
        if (flights.size() == 1 && !flights.get(0).shadow()) {
            return List.of(attempt(flights.get(0)));
        }
        List<Span.Attempt> attempts = new ArrayList<>(flights.size());
        for (Flight flight : flights) {
            if (!flight.shadow()) {
                attempts.add(attempt(flight));
            }
        }
        return attempts;
    }

    private Span.Attempt attempt(Flight flight) {
        long start = epoch.at(flight.startedAt());
        return new Span.Attempt(
                flight.number(),
                flight.endpoint().address(),
                outcome(flight),
                code(flight),
                start,
                start + (flight.endedAt() - flight.startedAt()));
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
