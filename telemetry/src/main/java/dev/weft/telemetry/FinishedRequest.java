package dev.weft.telemetry;

import dev.weft.engine.trace.TraceContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's side. Times are nanoseconds since 1970.
 *
 * @param parentId the caller's span, 0 for none
 * @param scheme empty where it is not known
 * @param id its {@code x-request-id}; null for none
 * @param grpc its status, or {@link GrpcCalls#NONE} or {@link GrpcCalls#UNTOLD}
 * @param thrown class of what the application threw, or empty
 */
record FinishedRequest(
        TraceContext context,
        long parentId,
        long start,
        long end,
        String method,
        String scheme,
        String path,
        @Nullable String id,
        int code,
        int grpc,
        boolean failed,
        String thrown,
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
        List<Attribute> attributes = new ArrayList<>();
        HttpAttributes.method(method, attributes);
        HttpAttributes.text("url.path", path, attributes);
        if (!scheme.isEmpty()) {
            HttpAttributes.text("url.scheme", scheme, attributes);
        }
        String call = grpc == GrpcCalls.NONE ? null : GrpcCalls.method(path);
        if (call != null) {
            GrpcCalls.attributes(call, grpc, attributes);
        }
        HttpAttributes.request(id, attributes);
        HttpAttributes.outcome(code, errorType(), attributes);
        return new Span(
                context,
                parentId,
                Span.Kind.SERVER,
                call == null ? HttpAttributes.spanName(method) : call,
                start,
                end,
                attributes,
                List.of(),
                failed,
                why);
    }

    private @Nullable String errorType() {
        if (!thrown.isEmpty()) {
            return thrown;
        }
        return !failed ? null : code >= 500 ? Integer.toString(code) : "_OTHER";
    }
}
