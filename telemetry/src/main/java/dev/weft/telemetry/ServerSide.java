package dev.weft.telemetry;

import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.adapt.Peers;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.ledger.Gate;
import dev.weft.engine.policy.Attempts;
import dev.weft.engine.policy.Deadlines;
import dev.weft.engine.policy.Retrying;
import dev.weft.engine.policy.Urgency;
import dev.weft.engine.trace.Ambient;
import dev.weft.engine.trace.Arrival;
import dev.weft.engine.trace.Handed;
import dev.weft.engine.trace.TraceContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    private final MeshMetrics metrics;
    /** Replaced as a whole. */
    private volatile RequestRecorder[] recorders;

    private final LongAdder begun = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder[] byClass = new LongAdder[6];
    private final Histogram duration = new Histogram();

    public ServerSide(Ambient ambient, RandomSource random, Clock clock, Epoch epoch, Consumer<Finished> spans) {
        this(ambient, random, clock, epoch, spans, new MeshMetrics(MeshMetrics.MOST_SERIES), null);
    }

    /**
     * @param metrics where requests are counted
     * @param recorder who else is told of each; null for nobody
     */
    public ServerSide(
            Ambient ambient,
            RandomSource random,
            Clock clock,
            Epoch epoch,
            Consumer<Finished> spans,
            MeshMetrics metrics,
            @Nullable RequestRecorder recorder) {
        this.ambient = ambient;
        this.random = random;
        this.clock = clock;
        this.epoch = epoch;
        this.spans = spans;
        this.metrics = metrics;
        this.recorders = recorder == null ? new RequestRecorder[0] : new RequestRecorder[] {recorder};
        for (int i = 0; i < byClass.length; i++) {
            byClass[i] = new LongAdder();
        }
    }

    /** From now on this one is told too, of requests that begin. */
    public synchronized void add(RequestRecorder recorder) {
        RequestRecorder[] more = Arrays.copyOf(recorders, recorders.length + 1);
        more[recorders.length] = recorder;
        recorders = more;
    }

    /** From now on this one is told nothing of requests that begin. */
    public synchronized void remove(RequestRecorder recorder) {
        List<RequestRecorder> left = new ArrayList<>(List.of(recorders));
        left.remove(recorder);
        recorders = left.toArray(RequestRecorder[]::new);
    }

    @Override
    public Served begin(String method, String path, Headers headers) {
        return begin(method, path, headers, "", Peers.UNKNOWN);
    }

    @Override
    public Served begin(String method, String path, Headers headers, String scheme, Peers peers) {
        begun.increment();
        TraceContext own = null;
        long callerSpan = 0;
        if (ambient.tracing()) {
            Arrival arrival = ambient.propagation().arrival(headers);
            own = arrival.served(notZero(), notZero(), notZero(), ambient);
            callerSpan = arrival.caller() == null ? 0 : arrival.caller().spanId();
        }
        long now = clock.nanos();
        long left = Deadlines.arriving(headers);
        long deadline = left == Deadlines.NONE ? Long.MAX_VALUE : Gate.after(now, left);
        short handed = Handed.of(Attempts.arriving(headers), Urgency.arriving(headers));
        Kept kept = null;
        for (RequestRecorder recorder : recorders) {
            kept = new Kept(recorder, recorder.headers(headers), kept);
        }
        String id = own != null && own.sampled() ? headers.first(HttpAttributes.REQUEST_ID) : null;
        boolean grpc = GrpcCalls.is(method, headers);
        Request request =
                new Request(method, path, scheme, peers, grpc, own, callerSpan, now, deadline, handed, kept, id);
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
    public void write(MetricWriter out) {
        out.single("weft_http_downstream_rq_total", MetricWriter.Type.COUNTER, "Requests that arrived.", begun.sum());
        out.single("weft_http_downstream_rq_active", MetricWriter.Type.GAUGE, "Requests being served.", inFlight());
        out.family("weft_http_downstream_rq_xx", MetricWriter.Type.COUNTER, "Answers by class of status.");
        for (int hundreds = 1; hundreds < byClass.length; hundreds++) {
            out.sample(ended(hundreds), "response_code_class", Integer.toString(hundreds));
        }
        out.family(
                "weft_http_downstream_rq_time",
                MetricWriter.Type.HISTOGRAM,
                "Time until the answer was written, in milliseconds.");
        duration.write(out);
    }

    private void record(Request request, int code, int status, Outcome outcome, @Nullable Throwable error) {
        long now = clock.nanos();
        byClass[code >= 100 && code < 600 ? code / 100 : 0].increment();
        duration.record(now - request.start);
        int grpc = request.grpc ? grpc(code, status, outcome) : GrpcCalls.NONE;
        // What the application itself says in a status (4: its deadline) is no limit of ours, and nobody has gone.
        boolean said = request.grpc && Retrying.grpcStatus(outcome, status) > 0;
        int flags = said ? 0 : ResponseFlag.of(outcome);
        metrics.served(request.peers, code, grpc, flags, now - request.start);
        for (Kept kept = request.kept; kept != null; kept = kept.next) {
            kept.recorder.record(new ServedRequest(
                    request.method,
                    request.path,
                    kept.headers,
                    request.start,
                    now,
                    code,
                    grpc,
                    flags,
                    request.place,
                    error == null ? "" : Texts.clip(error.toString())));
        }
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
                    request.scheme,
                    Texts.path(request.path),
                    request.id,
                    code,
                    grpc,
                    failed,
                    error == null ? "" : error.getClass().getName(),
                    error == null ? "" : Texts.clip(error.toString())));
        }
    }

    /** @param status as it was told */
    private static int grpc(int code, int status, Outcome outcome) {
        if (status == GrpcCalls.UNTOLD && code == 200 && outcome == Outcome.SUCCESS) {
            return status;
        }
        return code == 200 ? GrpcCalls.status(Math.max(0, status), outcome) : GrpcCalls.ofHttp(code);
    }

    /** Who is told of a request, and what it wanted of the headers. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Kept(
            RequestRecorder recorder,
            @Nullable String[] headers,
            @Nullable Kept next) {}

    private final class Request implements Served {
        private final String method;
        private final String path;
        private final String scheme;
        private final Peers peers;
        private final boolean grpc;
        private final @Nullable TraceContext place;
        private final long callerSpan;
        private final long start;
        private final long deadline;
        private final short handed;
        private final @Nullable Kept kept;
        private final @Nullable String id;
        private final AtomicBoolean over = new AtomicBoolean();
        private @Nullable TraceContext previous;
        private long previousDeadline;
        private short previousHanded;

        Request(
                String method,
                String path,
                String scheme,
                Peers peers,
                boolean grpc,
                @Nullable TraceContext place,
                long callerSpan,
                long start,
                long deadline,
                short handed,
                @Nullable Kept kept,
                @Nullable String id) {
            this.method = method;
            this.path = path;
            this.scheme = scheme;
            this.peers = peers;
            this.grpc = grpc;
            this.place = place;
            this.callerSpan = callerSpan;
            this.start = start;
            this.deadline = deadline;
            this.handed = handed;
            this.kept = kept;
            this.id = id;
        }

        @Override
        public void attach() {
            previous = ambient.current();
            ambient.set(place);
            previousDeadline = ambient.deadline();
            ambient.deadline(deadline);
            previousHanded = ambient.handed();
            ambient.handed(handed);
        }

        @Override
        public void detach() {
            ambient.set(previous);
            previous = null;
            ambient.deadline(previousDeadline);
            ambient.handed(previousHanded);
        }

        @Override
        public void end(int code, Outcome outcome, @Nullable Throwable error) {
            end(code, GrpcCalls.UNTOLD, outcome, error);
        }

        @Override
        public void end(int code, int status, Outcome outcome, @Nullable Throwable error) {
            if (over.compareAndSet(false, true)) {
                record(this, code, status, outcome, error);
            }
        }
    }
}
