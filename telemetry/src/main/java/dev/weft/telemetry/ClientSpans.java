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
    private final @Nullable Consumer<Finished> known;

    /** Tells nothing of calls that bear no sampled span of ours. */
    public ClientSpans(Epoch epoch, Consumer<Finished> spans) {
        this(epoch, spans, null);
    }

    /**
     * @param spans who is told of the sampled spans of ours, and may export them
     * @param known who is to know of the calls whose span is another tracer's, and of those that went wrong though
     *     nobody sampled them; whoever exports these tells of a call twice, or of one that nobody wanted to hear of.
     *     Null for nobody
     */
    public ClientSpans(Epoch epoch, Consumer<Finished> spans, @Nullable Consumer<Finished> known) {
        this.epoch = epoch;
        this.spans = spans;
        this.known = known;
    }

    @Override
    public void record(Call call, @Nullable Flight delivered, long endedAt, int code, int flags) {
        ClientSpan own = call.span();
        if (own != null && own.sampled()) {
            spans.accept(finished(own, call, delivered, endedAt, code, flags));
        } else if (known != null) {
            ClientSpan span = own == null ? ClientSpan.ofAnother(call.request()) : own;
            if (span != null && (span.sampled() || eventful(call, delivered))) {
                known.accept(finished(span, call, delivered, endedAt, code, flags));
            }
        }
    }

    /** Whether somebody may come to ask about it. */
    private static boolean eventful(Call call, @Nullable Flight delivered) {
        return CallEnd.attempts(call) > 1 || CallEnd.failed(call, delivered);
    }

    private FinishedCall finished(
            ClientSpan span, Call call, @Nullable Flight delivered, long endedAt, int code, int flags) {
        Request request = call.request();
        Route route = call.route();
        int grpc = GrpcCalls.status(call, delivered, code, flags);
        return new FinishedCall(
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
                GrpcCalls.http(grpc, delivered, code, 0),
                grpc,
                flags,
                attempts(call),
                CallEnd.failed(call, delivered),
                CallEnd.errorType(call, delivered, code),
                CallEnd.why(call, delivered));
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
