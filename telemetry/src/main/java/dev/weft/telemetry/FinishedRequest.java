package dev.weft.telemetry;

import dev.weft.engine.trace.TraceContext;
import java.util.List;

/**
 * The server's side. Times are nanoseconds since 1970.
 *
 * @param parentId the caller's span, 0 for none
 */
record FinishedRequest(
        TraceContext context,
        long parentId,
        long start,
        long end,
        String method,
        String path,
        int code,
        boolean failed,
        String why)
        implements Finished {
    @Override
    public long traceHigh() {
        return context.traceHigh();
    }

    @Override
    public long traceLow() {
        return context.traceLow();
    }

    @Override
    public Span span() {
        List<Attribute> attributes = List.of(
                new Attribute.Text("http.request.method", method),
                new Attribute.Text("url.path", path),
                new Attribute.Count("http.response.status_code", code));
        return new Span(context, parentId, Span.Kind.SERVER, method, start, end, attributes, List.of(), failed, why);
    }
}
