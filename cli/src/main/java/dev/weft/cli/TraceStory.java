package dev.weft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.cli.TraceAnswers.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A trace as a person reads it: hops from the outside in, under each call its attempts in order. */
final class TraceStory {
    private final List<Hop> hops = new ArrayList<>();
    private final Set<String> known = new HashSet<>();
    private final StringBuilder out = new StringBuilder();

    /** One span and whose it is. */
    private record Hop(String who, JsonNode span) {
        String id() {
            return span.path("spanId").asText();
        }

        String parent() {
            return span.path("parentSpanId").asText("");
        }

        boolean serves() {
            return span.path("kind").asText().equals("SERVER");
        }

        String attribute(String name) {
            return span.path("attributes").path(name).asText("");
        }
    }

    private TraceStory(TraceAnswers answers) {
        for (Answer answer : answers.answers()) {
            answer.spans().forEach(span -> hops.add(new Hop(answer.who(), span)));
        }
        hops.sort(Comparator.comparingLong(
                hop -> hop.span().path("startEpochNanos").asLong()));
        hops.forEach(hop -> known.add(hop.id()));
    }

    static String tell(TraceAnswers answers) {
        var story = new TraceStory(answers);
        if (story.hops.isEmpty()) {
            return "nobody remembers trace " + answers.id() + ": "
                    + answers.answers().size()
                    + " agents were asked. Each keeps its newest calls only, none where another tracer is at work"
                    + " (or tracing=false), and none that its caller did not sample";
        }
        story.out.append("trace ").append(answers.id()).append('\n');
        for (var hop : story.hops) {
            if (!story.known.contains(hop.parent())) {
                story.tell(hop, "");
            }
        }
        return story.out.toString().stripTrailing();
    }

    private void tell(Hop hop, String indent) {
        if (!known.remove(hop.id())) {
            return; // told already: a span that calls itself its own ancestor
        }
        out.append(indent).append(hop.who()).append(hop.serves() ? " served " : " called ");
        out.append(hop.attribute("http.request.method")).append(' ');
        if (!hop.serves()) {
            out.append(hop.attribute("server.address")).append(':').append(hop.attribute("server.port"));
        }
        out.append(hop.attribute("url.path")).append(": ").append(result(hop));
        out.append(" after ").append(millis(hop.span().path("durationNanos").asLong()));
        if (!hop.attribute("weft.route").isEmpty()) {
            out.append(", route ").append(hop.attribute("weft.route"));
        }
        if (!hop.attribute("weft.cluster").isEmpty()) {
            out.append(", cluster ").append(hop.attribute("weft.cluster"));
        }
        out.append('\n');
        candidates(hop, indent + "  ");
        attempts(hop, indent + "  ");
        for (var inner : hops) {
            if (inner.parent().equals(hop.id())) {
                tell(inner, indent + "  ");
            }
        }
    }

    private static String result(Hop hop) {
        var code = hop.attribute("http.response.status_code");
        var why = hop.span().path("why").asText("");
        var failed = hop.span().path("error").asBoolean();
        var shown = !code.isEmpty() && !code.equals("0") ? code : failed ? "failed" : "no answer";
        return why.isEmpty() ? shown : shown + " (" + why + ")";
    }

    /** Whom it could have been sent to, where the agent was told to remember that. */
    private void candidates(Hop hop, String indent) {
        var explanation = hop.span().path("explanation");
        if (explanation.hasNonNull("refused")) {
            for (var guard : explanation.path("guards")) {
                out.append(indent).append(guard.asText()).append('\n');
            }
        }
        var nonetheless =
                explanation.path("panic").asBoolean() ? ", but used in panic" : ", but used for want of others";
        for (var candidate : explanation.path("candidates")) {
            out.append(indent).append(candidate.path("address").asText());
            out.append(", in flight ")
                    .append(candidate.path("inFlight").asInt())
                    .append(": ");
            var removedBy = candidate.path("removedBy").asText();
            if (!candidate.hasNonNull("removedBy")) {
                out.append("candidate");
            } else if (candidate.hasNonNull("scored")) {
                out.append(removedBy).append(nonetheless);
            } else {
                out.append("removed, ").append(removedBy);
            }
            if (candidate.hasNonNull("scored")) {
                out.append(", ").append(candidate.path("scored").asText());
            }
            out.append('\n');
        }
        if (explanation.isObject()) {
            out.append(indent).append(explanation.path("conclusion").asText()).append('\n');
        }
    }

    private void attempts(Hop hop, String indent) {
        for (var attempt : hop.span().path("attempts")) {
            out.append(indent).append("attempt ").append(attempt.path("number").asInt());
            out.append(" to ").append(attempt.path("endpoint").asText()).append(": ");
            out.append(attempt.path("met").asText()).append(" after ");
            out.append(millis(attempt.path("durationNanos").asLong()));
            if (attempt.hasNonNull("why")) {
                out.append("; ").append(attempt.path("why").asText());
            }
            out.append('\n');
        }
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }
}
