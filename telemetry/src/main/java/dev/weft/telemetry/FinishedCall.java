package dev.weft.telemetry;

import dev.weft.engine.call.Outcome;
import dev.weft.engine.trace.ClientSpan;
import dev.weft.engine.trace.TraceContext;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client's side. Times are of the monotonic clock, until somebody looks.
 *
 * @param place whose numbers stay text until somebody asks for them
 * @param id its {@code x-request-id}; null for none
 * @param route name of the route, empty for none
 * @param code the protocol's own code, 0 when there was no answer
 * @param grpc its status, or {@link GrpcCalls#NONE}
 * @param flags bits of {@link ResponseFlag}
 * @param errorType OpenTelemetry's {@code error.type}; null for none
 */
record FinishedCall(
        ClientSpan place,
        Epoch epoch,
        long startedAt,
        long endedAt,
        String method,
        boolean secure,
        String host,
        int port,
        String path,
        @Nullable String id,
        String route,
        @Nullable String cluster,
        int code,
        int grpc,
        int flags,
        List<Sent> attempts,
        boolean failed,
        @Nullable String errorType,
        String why)
        implements Finished {
    /** One attempt. */
    record Sent(int number, InetSocketAddress endpoint, Outcome outcome, int code, long startedAt, long endedAt) {
        private Span.Attempt at(Epoch epoch) {
            long start = epoch.at(startedAt);
            return new Span.Attempt(number, endpoint, outcome, code, start, start + (endedAt - startedAt));
        }
    }

    @Override
    public long traceHigh() {
        return place.traceHigh();
    }

    @Override
    public long traceLow() {
        return place.traceLow();
    }

    @Override
    public Span span() {
        List<Attribute> attributes = new ArrayList<>();
        HttpAttributes.method(method, attributes);
        HttpAttributes.server(secure, host, port, path, attributes);
        HttpAttributes.request(id, attributes);
        HttpAttributes.outcome(code, errorType, attributes);
        String remote = grpc == GrpcCalls.NONE ? null : GrpcCalls.method(path);
        if (remote != null) {
            GrpcCalls.attributes(remote, grpc, attributes);
        }
        if (!attempts.isEmpty()) {
            decided(attempts.get(attempts.size() - 1).endpoint(), attributes);
        }
        if (!route.isEmpty()) {
            HttpAttributes.text("weft.route", route, attributes);
        }
        if (cluster != null) {
            HttpAttributes.text("weft.cluster", cluster, attributes);
        }
        if (flags != 0) {
            HttpAttributes.text("weft.response_flags", ResponseFlag.text(flags), attributes);
        }
        long start = epoch.at(startedAt);
        TraceContext context = new TraceContext(traceHigh(), traceLow(), place.spanId(), true, "");
        return new Span(
                context,
                place.parentSpanId(),
                Span.Kind.CLIENT,
                remote == null ? HttpAttributes.spanName(method) : remote,
                start,
                start + (endedAt - startedAt),
                attributes,
                attempts.stream().map(sent -> sent.at(epoch)).toList(),
                failed,
                why);
    }

    /** What the mesh made of the name that was called. */
    private void decided(InetSocketAddress last, List<Attribute> attributes) {
        HttpAttributes.peer(last, attributes);
        HttpAttributes.text("weft.endpoint", Addresses.text(last), attributes);
        if (attempts.size() > 1) {
            attributes.add(new Attribute.Count("http.request.resend_count", attempts.size() - 1));
        }
    }
}
