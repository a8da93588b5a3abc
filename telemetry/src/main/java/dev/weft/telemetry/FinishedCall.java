package dev.weft.telemetry;

import dev.weft.engine.trace.ClientSpan;
import dev.weft.engine.trace.TraceContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client's side. Times are nanoseconds since 1970.
 *
 * @param place whose numbers stay text until somebody asks for them
 * @param route name of the route, empty for none
 * @param code the protocol's own code, 0 when there was no answer
 */
record FinishedCall(
        ClientSpan place,
        long start,
        long end,
        String method,
        String host,
        int port,
        String path,
        String route,
        @Nullable String cluster,
        int code,
        List<Span.Attempt> attempts,
        boolean failed,
        String why)
        implements Finished {
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
        TraceContext context = new TraceContext(traceHigh(), traceLow(), place.spanId(), true, "");
        return new Span(
                context, place.parentSpanId(), Span.Kind.CLIENT, method, start, end, attributes, attempts, failed, why);
    }
}
