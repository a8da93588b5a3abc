package dev.weft.engine.trace;

import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In which headers traces travel, in and out (OpenTelemetry: {@code OTEL_PROPAGATORS}). Of several formats in one
 * request the last of the list counts, as with OpenTelemetry's composite propagator.
 */
public final class Propagation {
    /** One way to write a trace, or what travels with it. */
    public enum Format {
        /** {@code traceparent} and {@code tracestate} (W3C Trace Context). */
        TRACECONTEXT,
        /** {@code baggage} (W3C Baggage), carried along as it came. */
        BAGGAGE,
        /** {@code b3} alone; reads the several headers too. */
        B3,
        /** {@code X-B3-TraceId} and its like; reads the single one too. */
        B3MULTI
    }

    /** W3C Trace Context alone. */
    public static final Propagation W3C = new Propagation(List.of(Format.TRACECONTEXT));

    /** W3C Baggage: what a platform need not carry further. */
    private static final int MOST_BAGGAGE = 8192;

    private final Format[] formats;
    private final boolean plain;
    private final boolean baggage;

    /** @param formats each at most once; empty for none, in or out */
    public Propagation(List<Format> formats) {
        this.formats = formats.toArray(new Format[0]);
        this.plain = formats.equals(List.of(Format.TRACECONTEXT));
        this.baggage = formats.contains(Format.BAGGAGE);
    }

    /** What a request that arrives tells of its trace. */
    public Arrival arrival(Headers headers) {
        TraceContext caller = null;
        Boolean sampled = null;
        for (Format format : formats) {
            if (format == Format.TRACECONTEXT) {
                TraceContext read = TraceContext.parse(headers.first("traceparent"), headers.first("tracestate"));
                caller = read == null ? caller : read;
            } else if (format != Format.BAGGAGE) {
                Arrival read = B3.read(headers);
                caller = read.caller() == null ? caller : read.caller();
                sampled = read.sampled() == null ? sampled : read.sampled();
            }
        }
        return new Arrival(caller, sampled, baggage ? bounded(headers.first("baggage")) : "");
    }

    private static String bounded(@Nullable String baggage) {
        return baggage == null || baggage.length() > MOST_BAGGAGE ? "" : baggage;
    }

    /**
     * Puts a span's place into a request, unless a tracer within the library has put its own there.
     *
     * @param traceparent of the span
     * @param parent what it is a child of; null for none
     */
    void inject(String traceparent, @Nullable TraceContext parent, Request request, HeaderWriter writer) {
        if (plain) {
            if (!writer.contains("traceparent")) {
                traceContext(traceparent, parent, writer);
            }
        } else if (!traced(writer)) {
            for (Format format : formats) {
                switch (format) {
                    case TRACECONTEXT -> traceContext(traceparent, parent, writer);
                    case BAGGAGE -> baggage(parent, request, writer);
                    case B3 -> writer.set("b3", B3.single(traceparent));
                    case B3MULTI -> B3.several(traceparent, writer);
                }
            }
        }
    }

    /**
     * Tells a place to whoever serves the request from here on, over what the caller had said. State and baggage are
     * in the request as they came.
     */
    public void hand(TraceContext place, HeaderWriter writer) {
        String traceparent = place.traceparent();
        for (Format format : formats) {
            switch (format) {
                case TRACECONTEXT -> writer.set("traceparent", traceparent);
                case BAGGAGE -> {}
                case B3 -> writer.set("b3", B3.single(traceparent));
                case B3MULTI -> B3.several(traceparent, writer);
            }
        }
    }

    private static boolean traced(HeaderWriter writer) {
        return writer.contains("traceparent") || writer.contains("b3") || writer.contains("X-B3-TraceId");
    }

    private static void traceContext(String traceparent, @Nullable TraceContext parent, HeaderWriter writer) {
        writer.set("traceparent", traceparent);
        if (parent != null && !parent.state().isEmpty()) {
            writer.set("tracestate", parent.state());
        }
    }

    /** The application's own baggage is never touched. */
    private static void baggage(@Nullable TraceContext parent, Request request, HeaderWriter writer) {
        boolean own = request.header("baggage") != null || writer.contains("baggage");
        if (parent != null && !parent.baggage().isEmpty() && !own) {
            writer.set("baggage", parent.baggage());
        }
    }
}
