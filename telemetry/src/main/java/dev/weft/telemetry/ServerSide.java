package dev.weft.telemetry;

import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.policy.Deadlines;
import dev.weft.engine.trace.Ambient;
import dev.weft.engine.trace.TraceContext;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The requests this process serves: their spans, their numbers, and what their threads work for. */
public final class ServerSide implements Inbound {
    private final Ambient ambient;
    private final RandomSource random;
    private final Clock clock;
    private final Epoch epoch;
    private final Consumer<Finished> spans;
    private final LongAdder begun = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder[] byClass = new LongAdder[6];
    private final Histogram duration = new Histogram();

    public ServerSide(Ambient ambient, RandomSource random, Clock clock, Epoch epoch, Consumer<Finished> spans) {
        this.ambient = ambient;
        this.random = random;
        this.clock = clock;
        this.epoch = epoch;
        this.spans = spans;
        for (int i = 0; i < byClass.length; i++) {
            byClass[i] = new LongAdder();
        }
    }

    @Override
    public Served begin(String method, String path, Headers headers) {
        begun.increment();
        TraceContext caller = null;
        TraceContext own = null;
        if (ambient.tracing()) {
            caller = TraceContext.parse(headers.first("traceparent"), headers.first("tracestate"));
            own = caller == null
                    ? new TraceContext(notZero(), random.bits(), notZero(), true, "")
                    : new TraceContext(
                            caller.traceHigh(), caller.traceLow(), notZero(), caller.sampled(), caller.state());
        }
        long now = clock.nanos();
        long left = Deadlines.arriving(headers);
        long deadline = left == Deadlines.NONE ? Long.MAX_VALUE : now + left;
        Request request = new Request(method, path, own, caller == null ? 0 : caller.spanId(), now, deadline);
        request.attach();
        return request;
    }

    private long notZero() {
        long bits = random.bits();
        return bits == 0 ? 1 : bits;
    }

    /** Requests that have begun and not ended. Draining waits for 0. */
    public long inFlight() {
        // Ended first: a request that ends in between counts as in flight, never as -1.
        long over = ended.sum();
        return begun.sum() - over;
    }

    /** Requests ever begun. */
    public long total() {
        return begun.sum();
    }

    /**
     * Requests ended with a status of this class.
     *
     * @param hundreds 1 to 5; 0 for those that ended without a status
     */
    public long ended(int hundreds) {
        return byClass[hundreds].sum();
    }

    /** Writes the server's numbers, named as Envoy names them. */
    public void write(Exposition out) {
        out.single("weft_http_downstream_rq_total", Exposition.Type.COUNTER, "Requests that arrived.", begun.sum());
        out.single("weft_http_downstream_rq_active", Exposition.Type.GAUGE, "Requests being served.", inFlight());
        out.family("weft_http_downstream_rq_xx", Exposition.Type.COUNTER, "Answers by class of status.");
        for (int hundreds = 1; hundreds < byClass.length; hundreds++) {
            out.sample(ended(hundreds), "response_code_class", Integer.toString(hundreds));
        }
        duration.write(out, "weft_http_downstream_rq_time", "Time until the answer was written, in milliseconds.");
    }

    private void record(Request request, int code, Outcome outcome, @Nullable Throwable error) {
        long now = clock.nanos();
        byClass[code >= 100 && code < 600 ? code / 100 : 0].increment();
        duration.record(now - request.start);
        ended.increment();
        TraceContext place = request.place;
        if (place != null && place.sampled()) {
            boolean failed = error != null || (outcome != Outcome.SUCCESS && outcome != Outcome.CALLER_FAULT);
            long start = epoch.at(request.start);
            spans.accept(new FinishedRequest(
                    place,
                    request.callerSpan,
                    start,
                    start + (now - request.start),
                    request.method,
                    Texts.path(request.path),
                    code,
                    failed,
                    error == null ? "" : Texts.clip(error.toString())));
        }
    }

    private final class Request implements Served {
        private final String method;
        private final String path;
        private final @Nullable TraceContext place;
        private final long callerSpan;
        private final long start;
        private final long deadline;
        private final AtomicBoolean over = new AtomicBoolean();
        private @Nullable TraceContext previous;
        private long previousDeadline;

        Request(String method, String path, @Nullable TraceContext place, long callerSpan, long start, long deadline) {
            this.method = method;
            this.path = path;
            this.place = place;
            this.callerSpan = callerSpan;
            this.start = start;
            this.deadline = deadline;
        }

        @Override
        public void attach() {
            previous = ambient.current();
            ambient.set(place);
            previousDeadline = ambient.deadline();
            ambient.deadline(deadline);
        }

        @Override
        public void detach() {
            ambient.set(previous);
            previous = null;
            ambient.deadline(previousDeadline);
        }

        @Override
        public void end(int code, Outcome outcome, @Nullable Throwable error) {
            if (over.compareAndSet(false, true)) {
                record(this, code, outcome, error);
            }
        }
    }
}
