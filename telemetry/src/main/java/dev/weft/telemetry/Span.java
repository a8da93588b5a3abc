package dev.weft.telemetry;

import dev.weft.engine.call.Outcome;
import dev.weft.engine.explain.Explanation;
import dev.weft.engine.trace.TraceContext;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One side of one call, finished. Times are nanoseconds since 1970.
 *
 * @param context trace id and this span's own id
 * @param parentId 0 for the first span of a trace
 * @param attempts in the order they were sent; empty on the server side
 * @param failed whether somebody should look at it
 * @param why the error in words, or empty
 */
public record Span(
        TraceContext context,
        long parentId,
        Kind kind,
        String name,
        long start,
        long end,
        List<Attribute> attributes,
        List<Attempt> attempts,
        boolean failed,
        String why)
        implements Finished {
    public Span {
        attributes = List.copyOf(attributes);
        attempts = List.copyOf(attempts);
    }

    /** Which side of the call. */
    public enum Kind {
        CLIENT,
        SERVER
    }

    /**
     * One sending of the call.
     *
     * @param code the protocol's own code; 0 when no answer came
     * @param end of a failure, when that was known: its answer may be kept until another attempt is sent
     */
    public record Attempt(int number, InetSocketAddress endpoint, Outcome outcome, int code, long start, long end) {}

    /** Its attempts in the words of an explanation. */
    List<Explanation.Attempt> explained() {
        List<Explanation.Attempt> explained = new ArrayList<>(attempts.size());
        for (int i = 0; i < attempts.size(); i++) {
            Attempt attempt = attempts.get(i);
            explained.add(new Explanation.Attempt(
                    attempt.number(),
                    Addresses.text(attempt.endpoint()),
                    attempt.outcome(),
                    attempt.code(),
                    attempt.end() - attempt.start(),
                    i == 0 ? "" : why(attempts.get(i - 1), explained.get(i - 1).met(), attempt)));
        }
        return explained;
    }

    /** Why there was another attempt, as far as the record of the one before tells. */
    private static String why(Attempt before, String met, Attempt attempt) {
        return attempt.start() < before.end()
                ? "sent while attempt " + before.number() + " had not answered"
                : "sent because of attempt " + before.number() + ": " + met;
    }

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
        return this;
    }

    /**
     * Writes it as one JSON object.
     *
     * @param explanation why the call went where it went; null where that isn't known
     */
    public void write(@Nullable Explanation explanation, Json json) {
        json.beginObject()
                .field("traceId", context.traceId())
                .field("spanId", TraceContext.spanText(context.spanId()))
                .field("parentSpanId", parentId == 0 ? null : TraceContext.spanText(parentId))
                .field("kind", kind.name())
                .field("name", name)
                .field("startEpochNanos", start)
                .field("durationNanos", end - start);
        json.name("attributes").beginObject();
        for (Attribute attribute : attributes) {
            json.name(attribute.name());
            if (attribute instanceof Attribute.Text text) {
                json.value(text.value());
            } else if (attribute instanceof Attribute.Count count) {
                json.value(count.value());
            }
        }
        json.endObject().name("attempts").beginArray();
        List<Explanation.Attempt> explained = explained();
        for (int i = 0; i < attempts.size(); i++) {
            Explanation.Attempt attempt = explained.get(i);
            json.beginObject()
                    .field("number", attempt.number())
                    .field("endpoint", attempt.address())
                    .field("outcome", attempt.outcome().name())
                    .field("code", attempt.code())
                    .field("met", attempt.met())
                    .field("startEpochNanos", attempts.get(i).start())
                    .field("durationNanos", attempt.tookNanos());
            if (!attempt.why().isEmpty()) {
                json.field("why", attempt.why());
            }
            json.endObject();
        }
        json.endArray().field("error", failed);
        if (!why.isEmpty()) {
            json.field("why", why);
        }
        if (explanation != null) {
            json.name("explanation");
            ExplanationJson.write(explanation, json);
        }
        json.endObject();
    }
}
