package dev.weft.telemetry.access;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.trace.ClientSpan;
import dev.weft.engine.trace.TraceContext;
import dev.weft.telemetry.CallEnd;
import dev.weft.telemetry.CallRecorder;
import dev.weft.telemetry.Epoch;
import dev.weft.telemetry.GrpcCalls;
import dev.weft.telemetry.MetricWriter;
import dev.weft.telemetry.RequestRecorder;
import dev.weft.telemetry.ResponseFlag;
import dev.weft.telemetry.ServedRequest;
import dev.weft.telemetry.batch.Batcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The access log: one line for each call that was made and each request that was served. What it needs is read on the
 * call's thread; the line is made and written on a worker. Where that can't keep up, lines are dropped and counted.
 */
public final class AccessLog implements CallRecorder, RequestRecorder {
    private static final int QUEUE = 8192;
    private static final int BATCH = 1024;
    private static final long GATHER_NANOS = 100_000_000;

    private final AccessLogFormat format;
    private final LineSample sample;
    private final LogOutput output;
    private final Epoch epoch;
    private final Consumer<String> failures;
    private final Batcher<AccessEntry> batcher;
    private final LongAdder written = new LongAdder();
    private final LongAdder lost = new LongAdder();

    /**
     * @param sample share of the traces whose calls get a line, 0 to 1; what failed always gets one
     * @param threads makes the worker
     * @param failures gets one sentence for each batch that could not be written
     * @param bugs gets what should never be thrown
     */
    public AccessLog(
            AccessLogFormat format,
            double sample,
            LogOutput output,
            Epoch epoch,
            ThreadFactory threads,
            Consumer<String> failures,
            Consumer<Throwable> bugs) {
        this.format = format;
        this.sample = new LineSample(sample);
        this.output = output;
        this.epoch = epoch;
        this.failures = failures;
        this.batcher = new Batcher<>(QUEUE, BATCH, GATHER_NANOS, threads, this::write, bugs);
    }

    @Override
    public void record(Call call, @Nullable Flight delivered, long endedAt, int code, int flags) {
        ClientSpan span = call.span();
        if (sample.some()
                && flags == 0
                && !CallEnd.wrong(call, delivered)
                && !(span == null ? sample.takesOne() : sample.takes(span.traceLow()))) {
            return;
        }
        Request request = call.request();
        Route route = call.route();
        Flight last = CallEnd.last(call);
        Headers answer = delivered == null || delivered.head() == null
                ? Headers.NONE
                : delivered.head().headers();
        int grpc = GrpcCalls.status(call, delivered, code, flags);
        boolean usual = !request.opaque() && request.port() == (request.secure() ? 443 : 80);
        batcher.offer(new AccessEntry(
                request.method(),
                request.opaque() ? "" : request.secure() ? "https" : "http",
                usual ? request.host() : request.host() + ":" + request.port(),
                path(request.path()),
                epoch.at(call.startedAt()),
                endedAt - call.startedAt(),
                request.opaque() ? 0 : GrpcCalls.http(grpc, delivered, code, flags),
                grpc,
                ResponseFlag.text(flags),
                CallEnd.details(call, delivered, flags),
                last == null ? null : last.endpoint().address(),
                call.cluster() == null ? "" : call.cluster(),
                route == null ? "" : route.name(),
                CallEnd.attempts(call),
                span == null ? "" : span.traceId(),
                AccessEntry.read(format.requestHeaders(), request::header),
                AccessEntry.read(format.responseHeaders(), answer),
                CallEnd.why(call, delivered)));
    }

    @Override
    public @Nullable String[] headers(Headers headers) {
        // The host is always wanted, and is always last.
        @Nullable String[] named = AccessEntry.read(format.requestHeaders(), headers);
        @Nullable String[] all = Arrays.copyOf(named, named.length + 1);
        all[named.length] = headers.first("host");
        return all;
    }

    @Override
    public void record(ServedRequest request) {
        TraceContext place = request.place();
        if (sample.some()
                && request.flags() == 0
                && request.code() < 500
                && !GrpcCalls.wrong(request.grpc())
                && !(place == null ? sample.takesOne() : sample.takes(place.traceLow()))) {
            return;
        }
        @Nullable String[] headers = request.headers();
        String host = headers[headers.length - 1];
        batcher.offer(new AccessEntry(
                request.method(),
                "",
                host == null ? "" : host,
                path(request.path()),
                epoch.at(request.startedAt()),
                request.endedAt() - request.startedAt(),
                request.code(),
                request.grpc(),
                ResponseFlag.text(request.flags()),
                request.flags() == 0 ? "via_upstream" : "downstream_remote_disconnect",
                null,
                "inbound",
                "",
                0,
                place == null ? "" : place.traceId(),
                headers,
                AccessEntry.read(List.of(), Headers.NONE),
                request.why()));
    }

    /** A query may hold secrets. */
    private static String path(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private void write(List<AccessEntry> entries) {
        StringBuilder lines = new StringBuilder(entries.size() * 256);
        for (AccessEntry entry : entries) {
            lines.append(format.line(entry)).append('\n');
        }
        try {
            output.write(lines.toString().getBytes(StandardCharsets.UTF_8));
            written.add(entries.size());
        } catch (IOException e) {
            lost.add(entries.size());
            failures.accept("access log: lines are lost: " + e);
        }
    }

    /** Writes what waits and ends; takes no longer than this. */
    public void close(long nanos) {
        batcher.close(nanos);
    }

    /** Lines for which there was no room, or that could not be written. */
    public long dropped() {
        return batcher.dropped() + lost.sum();
    }

    /** Writes what became of the lines. */
    public void write(MetricWriter out) {
        out.single(
                "weft_access_log_lines_written_total",
                MetricWriter.Type.COUNTER,
                "Lines of the access log.",
                written.sum());
        out.single(
                "weft_access_log_lines_dropped_total",
                MetricWriter.Type.COUNTER,
                "Lines for which there was no room, or that could not be written.",
                dropped());
    }
}
