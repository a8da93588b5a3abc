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
 * @param route name of the route, empty for none
 * @param code the protocol's own code, 0 when there was no answer
 */
record FinishedCall(
        ClientSpan place,
        Epoch epoch,
        long startedAt,
        long endedAt,
        String method,
        String host,
        int port,
        String path,
        String route,
        @Nullable String cluster,
        int code,
        List<Sent> attempts,
        boolean failed,
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
        attributes.add(new Attribute.Text("http.request.method", method));
        attributes.add(new Attribute.Text("server.address", host));
        attributes.add(new Attribute.Count("server.port", port));
        attributes.add(new Attribute.Text("url.path", path));
        if (!route.isEmpty()) {
            attributes.add(new Attribute.Text("weft.route", route));
        }
        if (cluster != null) {
            attributes.add(new Attribute.Text("weft.cluster", cluster));
        }
        if (code != 0) {
            attributes.add(new Attribute.Count("http.response.status_code", code));
        }
        long start = epoch.at(startedAt);
        TraceContext context = new TraceContext(traceHigh(), traceLow(), place.spanId(), true, "");
        return new Span(
                context,
                place.parentSpanId(),
                Span.Kind.CLIENT,
                method,
                start,
                start + (endedAt - startedAt),
                attributes,
                attempts.stream().map(sent -> sent.at(epoch)).toList(),
                failed,
                why);
    }
}
