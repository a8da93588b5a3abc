package dev.weft.telemetry;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that happened within a span: for the client's, each sending of the call.
 *
 * @param time nanoseconds since 1970
 */
public record SpanEvent(String name, long time, List<Attribute> attributes) {
    public SpanEvent {
        attributes = List.copyOf(attributes);
    }

    /** One for each attempt, at the time when it ended. */
    public static List<SpanEvent> of(Span span) {
        List<SpanEvent> events = new ArrayList<>();
        for (Span.Attempt attempt : span.attempts()) {
            List<Attribute> attributes = new ArrayList<>();
            attributes.add(new Attribute.Count("weft.attempt", attempt.number()));
            attributes.add(new Attribute.Text("weft.endpoint", Addresses.text(attempt.endpoint())));
            attributes.add(new Attribute.Text("weft.outcome", attempt.outcome().name()));
            attributes.add(new Attribute.Count("weft.duration_ns", attempt.end() - attempt.start()));
            if (attempt.code() != 0) {
                attributes.add(new Attribute.Count("http.response.status_code", attempt.code()));
            }
            events.add(new SpanEvent("weft.attempt", attempt.end(), attributes));
        }
        return events;
    }

    /** In one line, for formats whose events are text. */
    public String text() {
        StringBuilder text = new StringBuilder(name);
        for (Attribute attribute : attributes) {
            text.append(' ').append(attribute.name()).append('=').append(attribute.text());
        }
        return text.toString();
    }
}
