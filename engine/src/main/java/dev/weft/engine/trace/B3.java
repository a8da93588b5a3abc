package dev.weft.engine.trace;

import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Zipkin's headers. A trace id of 64 bits is the lower half of one of 128.
 *
 * @see <a href="https://github.com/openzipkin/b3-propagation">B3 Propagation</a>
 */
final class B3 {
    private B3() {}

    /** The single header where it is valid, else the several ones. */
    static Arrival read(Headers headers) {
        String single = headers.first("b3");
        Arrival read = single == null ? Arrival.NONE : parse(single);
        return read != Arrival.NONE ? read : several(headers);
    }

    /** {@code TraceId-SpanId-SamplingState-ParentSpanId}, the last two as needed, or the sampling state alone. */
    private static Arrival parse(String text) {
        int first = text.indexOf('-');
        if (first < 0) {
            Boolean sampled = decision(text);
            return sampled == null ? Arrival.NONE : new Arrival(null, sampled, "");
        }
        int second = text.indexOf('-', first + 1);
        int third = second < 0 ? -1 : text.indexOf('-', second + 1);
        String span = text.substring(first + 1, second < 0 ? text.length() : second);
        String state = second < 0 ? "" : text.substring(second + 1, third < 0 ? text.length() : third);
        return arrival(text.substring(0, first), span, state);
    }

    private static Arrival several(Headers headers) {
        String traceId = headers.first("x-b3-traceid");
        String spanId = headers.first("x-b3-spanid");
        String flags = headers.first("x-b3-flags");
        String sampled = headers.first("x-b3-sampled");
        String state = "1".equals(flags) ? "d" : sampled == null ? "" : sampled;
        if (traceId == null || spanId == null) {
            Boolean alone = decision(state);
            return alone == null ? Arrival.NONE : new Arrival(null, alone, "");
        }
        return arrival(traceId, spanId, state);
    }

    private static Arrival arrival(String traceId, String spanId, String state) {
        boolean lengths = (traceId.length() == 32 || traceId.length() == 16) && spanId.length() == 16;
        if (!lengths || !hex(traceId) || !hex(spanId)) {
            return Arrival.NONE;
        }
        long high = traceId.length() == 32 ? Long.parseUnsignedLong(traceId, 0, 16, 16) : 0;
        long low = Long.parseUnsignedLong(traceId, traceId.length() - 16, traceId.length(), 16);
        long span = Long.parseUnsignedLong(spanId, 16);
        Boolean sampled = decision(state);
        if ((high | low) == 0 || span == 0 || sampled == null && !state.isEmpty()) {
            return Arrival.NONE;
        }
        // Without a word the decision is ours, and we keep what somebody has begun.
        return new Arrival(new TraceContext(high, low, span, sampled == null || sampled, ""), null, "");
    }

    private static @Nullable Boolean decision(String state) {
        return switch (state) {
            case "1", "d", "true" -> Boolean.TRUE;
            case "0", "false" -> Boolean.FALSE;
            default -> null;
        };
    }

    private static boolean hex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F')) {
                return false;
            }
        }
        return true;
    }

    static String single(String traceparent) {
        return traceId(traceparent) + '-' + spanId(traceparent) + '-' + sampled(traceparent);
    }

    static void several(String traceparent, HeaderWriter writer) {
        writer.set("X-B3-TraceId", traceId(traceparent));
        writer.set("X-B3-SpanId", spanId(traceparent));
        writer.set("X-B3-Sampled", sampled(traceparent));
    }

    private static String traceId(String traceparent) {
        return traceparent.substring(TraceContext.TRACE_HIGH, TraceContext.TRACE_HIGH + 32);
    }

    private static String spanId(String traceparent) {
        return traceparent.substring(TraceContext.SPAN, TraceContext.SPAN + 16);
    }

    private static String sampled(String traceparent) {
        return TraceContext.sampled(traceparent) ? "1" : "0";
    }
}
