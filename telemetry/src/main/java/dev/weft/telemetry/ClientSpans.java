package dev.weft.telemetry;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.trace.ClientSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes one client span of each finished call that is traced, with what each attempt met. */
public final class ClientSpans implements CallRecorder {
    private final Epoch epoch;
    private final Consumer<Finished> spans;

    public ClientSpans(Epoch epoch, Consumer<Finished> spans) {
        this.epoch = epoch;
        this.spans = spans;
    }

    @Override
    public void record(Call call, @Nullable Flight delivered, long endedAt, int code, int flags) {
        ClientSpan span = call.span();
        if (span == null || !span.sampled()) {
            return;
        }
        Request request = call.request();
        Route route = call.route();
        spans.accept(new FinishedCall(
                span,
                epoch,
                call.startedAt(),
                endedAt,
                request.method(),
                request.secure(),
                request.host(),
                request.port(),
                Texts.path(request.path()),
                request.header(HttpAttributes.REQUEST_ID),
                route == null ? "" : route.name(),
                call.cluster(),
                code,
                flags,
                attempts(call),
                CallEnd.failed(call, delivered),
                CallEnd.errorType(call, delivered, code),
                CallEnd.why(call, delivered)));
    }

    private static List<FinishedCall.Sent> attempts(Call call) {
        int count = call.attemptCount();
        if (count == 1 && !call.attempt(0).shadow()) {
            return List.of(attempt(call.attempt(0)));
        }
        List<FinishedCall.Sent> attempts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            if (!call.attempt(i).shadow()) {
                attempts.add(attempt(call.attempt(i)));
            }
        }
        return attempts;
    }

    private static FinishedCall.Sent attempt(Flight flight) {
        return new FinishedCall.Sent(
                flight.number(),
                flight.endpoint().address(),
                CallEnd.outcome(flight),
                CallEnd.code(flight),
                flight.startedAt(),
                flight.endedAt());
    }
}
